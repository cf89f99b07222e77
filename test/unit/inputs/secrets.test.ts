import { describe, expect, test } from 'vitest';
import { secretSettings } from '../../../src/inputs/settings.ts';
import { readInputs } from '../../../src/inputs.ts';
import { given, passwordInputs, surroundings, tokenInputs } from '../given-inputs.ts';

type Given = Readonly<Record<string, string>>;

describe('secrets', () => {
  /** In order: what was masked, and which inputs were read. */
  async function order(inputs: Given): Promise<{
    readonly masked: readonly string[];
    readonly before: ReadonlySet<string>;
    readonly problem: string;
  }> {
    const seen = new Set<string>();
    const masked: string[] = [];
    let before: ReadonlySet<string> = new Set();
    const mask = (text: string): void => {
      masked.push(text);
      before = new Set(seen);
    };
    let problem = '';
    try {
      await readInputs(given(inputs, seen), mask, surroundings());
    } catch (error) {
      problem = error instanceof Error ? error.message : '';
    }
    return { masked: masked.filter((text) => text !== ''), before, problem };
  }

  test('are masked before any other input is read', async () => {
    const { masked, before } = await order({
      ...tokenInputs,
      psk: 'the key\n',
      password: 'the password',
      'github-token': 'ghs_token',
      secrets: 'A=first=1\r\nB=second\n#no\n',
    });
    expect(masked).toEqual(['the password', 'gAAAAAB-token', 'the key', 'ghs_token', 'first=1', 'second']);
    expect(before).toEqual(new Set([...secretSettings, 'psk', 'github-token', 'secrets']));
  });

  test('are masked although they are refused, and no message shows one', async () => {
    const { masked, problem } = await order({
      ...passwordInputs,
      psk: 'line-one\nline-two',
      token: 'tok en-text',
      secrets: 'K=value-one\nK=value-two\nno-name-at-all\n9X=value-three',
    });
    expect(masked).toEqual(
      expect.arrayContaining([
        'line-one\nline-two',
        'tok en-text',
        'value-one',
        'value-two',
        'no-name-at-all',
        '9X=value-three',
      ]),
    );
    expect(problem).not.toBe('');
    for (const secret of ['line-one', 'line-two', 'tok en', 'value-', 'no-name', 'correct horse'])
      expect(problem).not.toContain(secret);
  });

  test('a key in base64 without a name, which looks like a name without a value', async () => {
    const { masked, problem } = await order({ ...passwordInputs, secrets: 'q83vEjRWeJCrze8SNFZ4kA==' });
    expect(masked).toContain('q83vEjRWeJCrze8SNFZ4kA==');
    expect(problem).toMatch(/^Input secrets: line 1: the value is shorter than 4 characters/);
    const twice = await order({ ...passwordInputs, secrets: 'q83vEjRWeJCrze8SNFZ4=\nq83vEjRWeJCrze8SNFZ4=' });
    expect(twice.problem).toMatch(/^Input secrets: line 2: this name has a value already/);
    expect(problem + twice.problem).not.toContain('q83v');
  });

  test('a private key in ca-certificate is masked and refused', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----';
    const { masked, problem } = await order({ ...passwordInputs, 'ca-certificate': key });
    expect(masked).toContain(key);
    expect(problem).toMatch(/^Input ca-certificate: holds a private key/);
    expect(problem).not.toContain('MIIEvQ');
  });
});
