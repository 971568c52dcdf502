/**
 * What made a layer, as somebody would write it in a Dockerfile. Source: the forms of `created_by` that docker's classic
 * builder and BuildKit (`# buildkit`, `|2 ARG=value …`) write.
 */

/** Nobody reads more of an instruction. */
const maximumText = 2000;

/** What a RUN is given to where no SHELL says otherwise, and where one asks for bash with its usual options. */
const shell = `(?:/bin/(?:ba|da|a)?sh(?: -[a-z]+| pipefail)* -[a-z]*c|cmd /S /C) `;
const shellFirst = new RegExp(`^${shell}`);
const shellAfterArguments = new RegExp(` ${shell}`);

/**
 * The classic builder puts a shell before everything and `#(nop)` before what is no command; BuildKit puts build arguments
 * before a command, and `# buildkit` behind everything.
 */
export function instructionOf(createdBy: string): string {
  const all = createdBy.slice(0, 2 * maximumText).trim();
  const text = all.endsWith('# buildkit') ? all.slice(0, -'# buildkit'.length).trimEnd() : all;
  return cut(written(text), maximumText);
}

function written(text: string): string {
  const nop = /^(?:\/bin\/|cmd |powershell |pwsh )/.test(text) ? text.indexOf('#(nop) ') : -1;
  if (nop >= 0) return text.slice(nop + '#(nop) '.length).trimStart();
  const command = text.startsWith('RUN ') ? text.slice('RUN '.length) : text;
  const found = (/^\|\d+ /.test(command) ? shellAfterArguments : shellFirst).exec(command);
  return found === null ? text : `RUN ${command.slice(found.index + found[0].length)}`;
}

export const cut = (text: string, maximum: number): string =>
  text.length > maximum ? `${text.slice(0, maximum)}…` : text;
