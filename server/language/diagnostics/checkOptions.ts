/** What `# check=` says. */
export interface CheckOptions {
  readonly skip: Names;
  /** Experimental checks that shall run. */
  readonly experimental: Names;
  /** Whether a finding fails the build. */
  readonly error: boolean;
  /** Why BuildKit refuses the text, in our words; everything else is then as if nothing was said. */
  readonly problem?: { readonly message: string; readonly start: number; readonly end: number };
  /** Each name of a check in it, with its place in the text. */
  readonly named: readonly { readonly name: string; readonly start: number }[];
}

export type Names = 'all' | ReadonlySet<string>;

export const noOptions: CheckOptions = { skip: new Set(), experimental: new Set(), error: false, named: [] };

/** As Go's strconv.ParseBool. */
export function parseBool(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

/** Reads `skip=A,B;error=true;experimental=C`. Names are case-sensitive. Source: ParseLintOptions in BuildKit's linter.go. */
export function parseCheckOptions(text: string): CheckOptions {
  if (text.trim() === '') return noOptions;
  let skip: Names = new Set();
  let experimental: Names = new Set();
  let error = false;
  const named: { name: string; start: number }[] = [];
  for (const { start, part } of splitParts(text)) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    const value = part.slice(equals + 1).trim();
    if (equals === -1) return refused(`"${part.trim()}" has no value. Write it as key=value.`, start, part);
    if (key === 'skip' || key === 'experimental') {
      const names = value === 'all' ? value : namesIn(part.slice(equals + 1), start + equals + 1, named);
      if (key === 'skip') skip = names;
      else experimental = names;
    } else if (key === 'error') {
      const flag = parseBool(value);
      if (flag === undefined) return refused(`"error" can be true or false, not "${value}".`, start, part);
      error = flag;
    } else return refused(`"${key}" is no option of check. There are skip, error and experimental.`, start, part);
  }
  return { skip, experimental, error, named };
}

/** At most three parts: what follows a second `;` belongs to the third. */
export function* splitParts(text: string): Generator<{ readonly start: number; readonly part: string }> {
  let start = 0;
  for (let count = 1; ; count++) {
    const end = count < 3 ? text.indexOf(';', start) : -1;
    yield { start, part: text.slice(start, end === -1 ? text.length : end) };
    if (end === -1) return;
    start = end + 1;
  }
}

function namesIn(text: string, offset: number, named: { name: string; start: number }[]): ReadonlySet<string> {
  const names = [...text.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)];
  for (const match of names) named.push({ name: match[0], start: offset + match.index });
  return new Set(names.map(([name]) => name));
}

function refused(message: string, start: number, part: string): CheckOptions {
  return { ...noOptions, problem: { message, start, end: start + part.length } };
}
