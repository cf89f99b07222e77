import { expect, test } from 'vitest';
import { readRunIdentity } from '../../../src/runner/run-identity.ts';

test('as the runner sets it', () => {
  const variables = {
    GITHUB_API_URL: 'https://git.example.org/api/v3',
    GITHUB_SERVER_URL: 'https://git.example.org',
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '71',
    GITHUB_RUN_ATTEMPT: '2',
  };
  expect(readRunIdentity(variables)).toEqual({
    apiUrl: 'https://git.example.org/api/v3',
    serverUrl: 'https://git.example.org',
    repository: 'acme/network',
    runId: '71',
    runAttempt: '2',
  });
});

test.each([[{}], [{ GITHUB_API_URL: '', GITHUB_SERVER_URL: '' }]])('where it says nothing: %j', (variables) => {
  expect(readRunIdentity(variables)).toEqual({
    apiUrl: 'https://api.github.com',
    serverUrl: 'https://github.com',
    repository: '',
    runId: '',
    runAttempt: '',
  });
});
