import { expect, test } from 'vitest';
import { inNamesOf } from '../../../src/inputs/source-names.ts';

const names = {
  source: 'the OS_* variables',
  label: (name: string): string => `OS_${name.toUpperCase().replaceAll('-', '_')}`,
};

test.each([
  [
    'Correct project-name, project-id or project-domain-name.',
    'Correct OS_PROJECT_NAME, OS_PROJECT_ID or OS_PROJECT_DOMAIN_NAME.',
  ],
  ['Correct the input region. Check auth-url.', 'Correct OS_REGION. Check OS_AUTH_URL.'],
  ['a new one for the input token', 'a new one for OS_TOKEN'],
  ['The token of the region is a password.', 'The token of the region is a password.'],
  [
    'https://x.example/auth-url/v3, my-project-name, project-names',
    'https://x.example/auth-url/v3, my-project-name, project-names',
  ],
  ['raise the input timeout', 'raise the input timeout'],
])('%s', (text, expected) => {
  expect(inNamesOf(names, text)).toBe(expected);
});
