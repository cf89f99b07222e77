import { expect, test } from 'vitest';
import { isOurs, writtenBy } from '../../../src/peer/written-by.ts';

test.each([`# ${writtenBy}\nx`, `# ${writtenBy}\r\nx`, `! ${writtenBy}\n`])('%j is ours', (text) => {
  expect(isOurs(text)).toBe(true);
});

test.each([
  '',
  `# ${writtenBy}`,
  `\n# ${writtenBy}\n`,
  `# Was: ${writtenBy}\nmine\n`,
  `# ${writtenBy} Not any more.\nmine\n`,
  `# "${writtenBy}"\nmine\n`,
])('%j is not', (text) => {
  expect(isOurs(text)).toBe(false);
});
