// The preview of a change out of documents that jobs have left in a folder: neither the engine nor credentials are needed.
import { join } from "node:path";
import { listDescriptions } from "../../environments/folder.ts";
import { openGit } from "../drivers/git.ts";
import { readDocuments } from "../drivers/preview-documents.ts";
import type { ChangePreview } from "./document.ts";
import { readPreview } from "./document-read.ts";
import { joinPreviews } from "./join.ts";
import { maskDocument } from "../masking/masked.ts";

/** Joins every `*.json` below `folder`; refuses with E_PREVIEW_DOCUMENT. No text of it holds a secret that is known or looks like one. */
export async function joinedPreview(
  repo: string,
  folder: string,
  tell: (text: string) => void = () => {},
): Promise<ChangePreview> {
  const told = readDocuments(folder).map(({ file, text }) => ({ file, preview: readPreview(file, text) }));
  tell(`joins ${told.length} ${told.length === 1 ? "preview" : "previews"}`);
  const git = openGit(repo);
  const [commit, dirty] = await Promise.all([git.commit(), git.dirty(".")]);
  const described = listDescriptions(join(repo, "environments"));
  return maskDocument(joinPreviews(told, { head: { commit, dirty: dirty ?? false }, described }));
}
