/** Archives byte by byte, for what no honest program would write. */

export interface TarPart {
  readonly path: string;
  /** Of the header; default a file. */
  readonly type?: string;
  readonly content?: Buffer | string;
  readonly target?: string;
  readonly mode?: number;
  /** In place of the content's length. */
  readonly size?: number | string | Buffer;
}

export const tarEnd = Buffer.alloc(1024);

/** The parts in order, with the closing blocks. */
export const tarOf = (...parts: readonly TarPart[]): Buffer => Buffer.concat([...parts.map(tarPart), tarEnd]);

/** Header, content and padding. */
export function tarPart(part: TarPart): Buffer {
  const { path, type = '0', content = '', target = '', mode = 0o644, size } = part;
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (Buffer.isBuffer(size)) size.copy(header, 124);
  else header.write(typeof size === 'string' ? size : octal(size ?? body.length), 124);
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write(target, 157, 100);
  header.write('ustar\u000000', 257, 'latin1');
  withChecksum(header);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

/** Puts into a header the sum of its bytes. */
export function withChecksum(header: Buffer): Buffer {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A pax header for the entry after it. */
export function pax(records: Readonly<Record<string, string>>): Buffer {
  const content = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  return tarPart({ path: 'PaxHeaders/x', type: 'x', content: content.join('') });
}

/** Its length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length += 1;
  return `${length}${rest}`;
}
