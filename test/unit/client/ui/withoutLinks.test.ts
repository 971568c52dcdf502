import assert from 'node:assert/strict';
import { withoutLinks } from '../../../../client/ui/withoutLinks.ts';

describe('withoutLinks', () => {
  /** What VS Code takes for a link in a notification. Source: vscode, base/common/linkedText.ts. */
  const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

  it('leaves no link that would run a command', () => {
    for (const text of [
      'RUN echo [x](command:workbench.action.quit)',
      '[[a](command:b)](command:c)',
      '[a](https://b "c")',
    ]) {
      assert.match(text, link);
      assert.doesNotMatch(withoutLinks(text), link);
    }
  });

  it('leaves other text alone', () => {
    assert.equal(withoutLinks('[1/2] RUN f(x)'), '[1/2] RUN f(x)');
  });
});
