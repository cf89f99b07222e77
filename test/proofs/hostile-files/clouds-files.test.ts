import { expect, test } from 'vitest';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { assignments, cloudsProblems, cloudsText } from './clouds.ts';

test('clouds.yaml, secrets and variables', async () => {
  const cases = casesOf(5000, 100_000);
  for (let number = 0; number < cases; number += 1) {
    const random = randomFrom(seed + number);
    const text = cloudsText(random);
    const [secrets, variables] = [assignments(random), assignments(random)];
    const problems = await cloudsProblems(text, secrets, variables);
    if (problems.length > 0) expect({ number, text: text.slice(0, 600), secrets, variables, problems }).toBeUndefined();
  }
  tally('hostile files', cases);
});
