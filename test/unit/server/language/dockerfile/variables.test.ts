import assert from 'node:assert/strict';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { variableUses } from '../../../../../server/language/dockerfile/variables.ts';

/** The variables of the last instruction: each as `name`, with its modifier behind it. Their spans must fit the text. */
function uses(text: string): readonly string[] {
  const dockerfile = parse(text);
  return variableUses(dockerfile, dockerfile.instructions.at(-1)!).map(({ name, modifier = '', span, nameSpan }) => {
    assert.equal(text.slice(nameSpan.start, nameSpan.end).replace(/\\\r?\n/g, ''), name);
    assert.ok(span.start < nameSpan.start && nameSpan.end <= span.end && text[span.start] === '$');
    return name + modifier;
  });
}

describe('variableUses', () => {
  const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
    ['WORKDIR $a/${b}', ['a', 'b']],
    ['WORKDIR ${a:-x}${b-x}${c:+x}${d+x}${e:?x}${f?x}', ['a:-', 'b-', 'c:+', 'd+', 'e:?', 'f?']],
    ['WORKDIR ${a#x}${b##x}${c%x}${d%%x}${e/x/y}${f//x/y}', ['a#', 'b##', 'c%', 'd%%', 'e/', 'f//']],
    ['WORKDIR ${a:-${b:-${c}}}', ['a:-', 'b:-', 'c']],
    ['WORKDIR ${a:-"$b"}', ['a:-', 'b']],
    ['WORKDIR \'$a\' "$b" "\'$c\'"', ['b', 'c']],
    ['WORKDIR \\$a\\\\$b', ['b']],
    ['WORKDIR "\\$a\\x$b"', ['b']],
    ['# escape=`\nWORKDIR `$a\\$b', ['b']],
    ['WORKDIR $1a $_x$é$', ['1', '_x', 'é']],
    ['ENV $k=$v a="$b c" d=\'$e\'', ['k', 'v', 'b']],
    ['ENV k $v w', ['v']],
    ['LABEL a=$b', ['b']],
    ['ARG $a=$b c="${d}"', ['b', 'd']],
    ['FROM --platform=$p ${i:-x}:$t AS $n', ['p', 'i:-', 't']],
    ['COPY --from=$f --chown=$u:${g} --chmod=$m $s/x /$d', ['u', 'g', 'm', 's', 'd']],
    ['COPY --chown="$u:$g" a b', ['u', 'g']],
    ['COPY ["$a b", "/${c}"]', ['a', 'c']],
    ['COPY $a\\\nb \\\n  # $no\n  $c', ['ab', 'c']],
    ["COPY <<EOF /x\n$a '$b' \\$c\nEOF", ['a', 'b']],
    ["COPY <<'EOF' /x\n$a\nEOF", []],
    ['ADD --checksum=$c https://x/$f /', ['c', 'f']],
    ['EXPOSE $p ${q}/tcp', ['p', 'q']],
    ['USER $u', ['u']],
    ['VOLUME $v', ['v']],
    ['STOPSIGNAL $s', ['s']],
    ['RUN --mount=type=cache,target=$t,id=x-${i},from=$f echo $x', ['t', 'i']],
    ['RUN echo $x', []],
    ['CMD echo $x', []],
    ['ENTRYPOINT ["$x"]', []],
    ['ONBUILD COPY $x /', []],
    ['WORKDIR $a/${', ['a']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(uses(text), expected));
  }
});
