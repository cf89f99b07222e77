/** The part of the summary that says what changed, before → after. Pure. */
import { brief } from '../vpn/brief.ts';
import { kindNames } from '../vpn/kinds.ts';
import type { Change, FieldChange, Report } from '../vpn/report.ts';
import { code, prose, row, tableHead } from './markdown.ts';
import { nothingToRemove } from './removal-words.ts';
import type { Section } from './sections.ts';
import { effectWords, fieldEffectWords, hasUnverifiedPsk, objectName } from './words.ts';

const done: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  touch: 'touched',
};

/** A hundred networks. */
const longestValue = 2000;

/** Words in brackets, as the psk's, are no value. */
function valueText(value: string | undefined): string {
  if (value === undefined) return '';
  return value.startsWith('(') && value.endsWith(')') ? prose(value) : code(value, longestValue);
}

function fieldCells(change: FieldChange): readonly [string, string, string] {
  const { field, before, after } = brief(change);
  return [code(field), valueText(before), valueText(after)];
}

/** The effect on traffic, which a new object doesn't have, and the reason in the object's first row. */
function effectText({ reason }: Change, words: string, first: boolean): string {
  return [words, first && reason !== undefined ? prose(reason) : ''].filter((text) => text !== '').join('; ');
}

function objectText(change: Change): string {
  return `${kindNames[change.kind].words} ${code(objectName(change))}`;
}

function changeRows(change: Change, planned: boolean): readonly string[] {
  const action = planned ? change.action : done[change.action];
  const object = objectText(change);
  const fields = change.action === 'create' ? [] : change.fields;
  if (fields.length === 0) return [row(action, object, '', '', '', effectText(change, effectWords(change), true))];
  return fields.map((field, index) => {
    const first = index === 0;
    // The object is named once.
    const names = first ? [action, object] : ['', ''];
    return row(...names, ...fieldCells(field), effectText(change, fieldEffectWords(change, field), first));
  });
}

/** The settings of what is new: many fields without a before, so they are folded away. */
export function newObjects(report: Report): readonly Section[] {
  const rows = report.changes
    .filter(({ action }) => action === 'create')
    .flatMap((change) =>
      change.fields.map((field) => row(objectText(change), code(field.field), valueText(field.after))),
    );
  if (rows.length === 0) return [];
  const lines = [
    '<details><summary>Settings of the new objects</summary>',
    '',
    ...tableHead('Object', 'Field', 'Value'),
  ];
  return [{ lines: [...lines, ...rows, ''], end: '</details>' }];
}

/** Which of it was done, if not all, only the log knows. */
function planNote({ failure, progress }: Report): readonly string[] {
  if (failure === undefined || progress === 'done') return [];
  const how = progress === 'planned' ? '' : '. What was done of it is in the log, in the group Apply';
  return [`The plan of the run, which then failed${how}:`, ''];
}

/** A table of the changes. */
export function changeSections(report: Report): readonly Section[] {
  const planned = report.mode === 'plan' || report.progress !== 'done';
  if (report.offline === true || report.mode === 'export') return [];
  if (report.changes.length === 0) {
    const nothing = report.failure === undefined && report.connections.length > 0;
    if (nothing && report.mode === 'destroy') return [{ lines: [prose(nothingToRemove(report))] }];
    const words = hasUnverifiedPsk(report)
      ? 'Nothing to change, as far as the cloud shows it: it hides the pre-shared key, which is unverified.'
      : 'Nothing to change: the cloud is as the file describes it.';
    return nothing ? [{ lines: [words] }] : [];
  }
  const rows = report.changes.flatMap((change) => changeRows(change, planned));
  const head = tableHead(planned ? 'Plan' : 'Done', 'Object', 'Field', 'Before', 'After', 'Effect');
  return [{ lines: [planned ? '### Planned changes' : '### Changes', '', ...planNote(report), ...head, ...rows] }];
}
