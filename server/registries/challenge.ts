/** What a registry asks for in `WWW-Authenticate`. */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By lower-case name. The first of a repeated parameter counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

// One step of a header: a quoted or bare parameter, or a scheme. Bare values are taken up to the next blank or comma, though
// the grammar allows no `:` and `/` there: registries send bare realms.
const parameter = /([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*))/y;
const scheme = /([!#$%&'*+.^_`|~\w-]+)/y;
const token68 = /[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const separator = /[\s,]+/y;

/**
 * Reads one or several `WWW-Authenticate` headers, each with one or several challenges. Never throws: what does not fit is
 * passed over, since half a challenge is better than none. Source: RFC 9110, 11.6.1, and what registries really send.
 */
export function parseChallenges(header: string | readonly string[] | undefined): readonly Challenge[] {
  const text = typeof header === 'object' ? header.join(', ') : (header ?? '');
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  while (position < text.length) {
    if (take(separator)) continue;
    const current = challenges.at(-1);
    const pair = current && take(parameter);
    if (current && pair) {
      const name = pair[1]?.toLowerCase() ?? '';
      const value = pair[3] ?? pair[2]?.replace(/\\(.)/g, '$1') ?? '';
      if (!current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    const word = take(scheme);
    if (word) {
      challenges.push({ scheme: word[1]?.toLowerCase() ?? '', parameters: new Map() });
      take(token68);
    } else position += 1;
  }
  return challenges;
}

/** The challenge to answer: Bearer where it is offered with a realm, else Basic. */
export function chooseChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.get('realm'));
  return bearer ?? challenges.find(({ scheme }) => scheme === 'basic');
}
