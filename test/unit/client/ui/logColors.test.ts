import assert from 'node:assert/strict';
import { logColors } from '../../../../client/ui/logColors.ts';

const red = (text: string) => `\u001b[31m${text}\u001b[0m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[0m`;

describe('logColors', () => {
  it('paints a line by the level it names', () => {
    assert.equal(logColors()('ERROR no such table\n'), `${red('ERROR no such table')}\r\n`);
    assert.equal(logColors()('{"level":"error","msg":"x"}\n'), `${red('{"level":"error","msg":"x"}')}\r\n`);
  });

  it('leaves words alone that only contain a level, or that stand deep in a message', () => {
    assert.equal(logColors()('mirrored TERRORS\n'), 'mirrored TERRORS\r\n');
    const deep = `${'x'.repeat(130)} ERROR`;
    assert.equal(logColors()(`${deep}\n`), `${deep}\r\n`);
  });

  it('leaves lines alone that have colours', () => {
    assert.equal(logColors()('\u001b[32mERROR\u001b[0m\n'), '\u001b[32mERROR\u001b[0m\r\n');
  });

  it("dims the engine's timestamp", () => {
    const stamp = '2026-01-02T03:04:05.678901234Z ';
    assert.equal(logColors()(`${stamp}ready\n`), `${dim(stamp)}ready\r\n`);
  });

  it('shows a line that is not complete at once, and the rest of it as it comes', () => {
    const color = logColors();
    assert.equal(color('ERR'), 'ERR');
    assert.equal(color('OR x\nERROR y\n'), `OR x\r\n${red('ERROR y')}\r\n`);
  });

  it('keeps every character of a log cut anywhere', () => {
    const log = 'one\r\ntwo\rthree\n\nERROR four\n';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
    const plain = (text: string) => text.replaceAll(/\u001b\[\d*m/g, '').replaceAll(/\r\n|\r|\n/g, '|');
    for (let cut = 0; cut <= log.length; cut++) {
      if (log.slice(cut - 1, cut + 1) === '\r\n') continue; // told as CR, CR LF, which a terminal shows as one line end
      const color = logColors();
      assert.equal(plain(color(log.slice(0, cut)) + color(log.slice(cut))), plain(log), `cut at ${cut}`);
    }
  });
});
