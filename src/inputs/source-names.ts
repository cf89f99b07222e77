/** The names that settings have in their source, for texts that speak of inputs. Pure. */
import { identitySettings } from './settings.ts';

/** Where the settings come from, if they are not inputs. */
export interface SourceNames {
  /** `the OS_* variables`, `"prod" of clouds.yaml`. */
  readonly source: string;
  /** What a person calls the setting there: `OS_USERNAME`. */
  label(name: string): string;
}

const byLength = identitySettings.toSorted((one, other) => other.length - one.length);
const compound = byLength.filter((name) => name.includes('-'));

/** `the input region`, and names that are no words of the language, such as `project-name`. */
const mention = new RegExp(
  `(?:\\b(?:the )?inputs? (${byLength.join('|')})|(?<![\\w./-])(${compound.join('|')}))(?![\\w-])`,
  'g',
);

/** The text as it is true for the source. */
export function inNamesOf({ label }: SourceNames, text: string): string {
  return text.replace(mention, (_whole, stated: string | undefined, named: string) => label(stated ?? named));
}
