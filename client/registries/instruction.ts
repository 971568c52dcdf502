/**
 * What a person wrote, as far as it can be told from the history of an image's config: `/bin/sh -c #(nop)  CMD ["x"]` is
 * `CMD ["x"]`, a bare shell command is a RUN, BuildKit's remark at the end goes. On one line, at most 2,000 characters.
 * Source: docker/builder's and BuildKit's own forms of `created_by`.
 */
export function instructionOf(createdBy: string): string {
  const line = createdBy.slice(0, maximumLength).replaceAll(/\s+/g, ' ').trim();
  const nop = /^\/bin\/sh -c #\(nop\) ?/.exec(line);
  if (nop !== null) return line.slice(nop[0].length).trim();
  const [own] = line.split(' # buildkit');
  const text = (own ?? line).replace(/^RUN \|\d+ (?:[A-Za-z_]\w*=\S* )*/, 'RUN ');
  const shell = /^(RUN )?\/bin\/(?:ba|a)?sh (?:-\S+ )*-\w*c /.exec(text);
  return shell === null ? text : `RUN ${text.slice(shell[0].length)}`;
}

const maximumLength = 2000;
