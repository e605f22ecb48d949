// Sizes as an API server writes them back, so that what was asked for and what stands there are the same text.

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

/** Bytes: 536870912 is `512Mi`. */
export function bytesText(bytes: number): string {
  let [value, step] = [bytes, 0];
  while (value > 0 && value % 1024 === 0 && step < BINARY.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${value}${BINARY[step]}`;
}

/** Thousandths of a core in `500m`, `0.5` or `2`. */
export function millicores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Math.round(Number(cpu) * 1000);
}

/** Cores: 500 thousandths are `500m`, 2000 are `2`. */
export function coresText(thousandths: number): string {
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}
