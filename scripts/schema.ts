// Writes environments/environment.schema.json, which editors use to check and complete descriptions.
import { writeFileSync } from "node:fs";
import { editorSchemaText } from "../environments/json-schema.ts";

writeFileSync(new URL("../environments/environment.schema.json", import.meta.url), editorSchemaText());
