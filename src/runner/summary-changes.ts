/** The part of the summary that says what changed, before → after. Pure. */
import { kindNames } from '../vpn/kinds.ts';
import type { Change, FieldChange, Impact, Report } from '../vpn/report.ts';
import { code, prose, row, tableHead } from './markdown.ts';
import type { Section } from './sections.ts';
import { impactWords, onlyPlanned } from './words.ts';

const done: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  touch: 'touched',
};

/** Words in brackets, as the psk's, are no value. */
function valueText(value: string | undefined): string {
  if (value === undefined) return '';
  return value.startsWith('(') && value.endsWith(')') ? prose(value) : code(value);
}

function fieldCells({ field, before, after }: FieldChange): readonly [string, string, string] {
  return [code(field), valueText(before), valueText(after)];
}

/** The effect on traffic, which a new object doesn't have, and the reason in the object's first row. */
function effectText(change: Change, impact: Impact, first: boolean): string {
  const words = change.action === 'create' ? [] : [impactWords[impact]];
  return [...words, ...(first && change.reason !== undefined ? [prose(change.reason)] : [])].join('; ');
}

function changeRows(change: Change, planned: boolean): readonly string[] {
  const action = planned ? change.action : done[change.action];
  const object = `${kindNames[change.kind].words} ${code(change.name)}`;
  const fields = change.action === 'create' ? [] : change.fields;
  if (fields.length === 0) return [row(action, object, '', '', '', effectText(change, change.impact, true))];
  return fields.map((field, index) => {
    const first = index === 0;
    // The object is named once.
    const names = first ? [action, object] : ['', ''];
    return row(...names, ...fieldCells(field), effectText(change, field.impact, first));
  });
}

/** A new object has many fields and no before: they are folded away. */
function newObjects(report: Report): readonly Section[] {
  const rows = report.changes
    .filter(({ action }) => action === 'create')
    .flatMap((change) =>
      change.fields.map((field) =>
        row(`${kindNames[change.kind].words} ${code(change.name)}`, code(field.field), valueText(field.after)),
      ),
    );
  if (rows.length === 0) return [];
  const lines = [
    '<details><summary>Settings of the new objects</summary>',
    '',
    ...tableHead('Object', 'Field', 'Value'),
  ];
  return [{ lines: [...lines, ...rows, ''], end: '</details>' }];
}

/** A table of the changes, and the settings of what is new below it. */
export function changeSections(report: Report): readonly Section[] {
  const planned = onlyPlanned(report);
  if (report.changes.length === 0) {
    const nothing = report.failure === undefined && report.connections.length > 0;
    return nothing ? [{ lines: ['Nothing to change: the cloud is as the file describes it.'] }] : [];
  }
  const failed = report.failure === undefined ? [] : ['The plan of the run, which then failed:', ''];
  const rows = report.changes.flatMap((change) => changeRows(change, planned));
  const head = tableHead(planned ? 'Plan' : 'Done', 'Object', 'Field', 'Before', 'After', 'Effect');
  const table = { lines: [planned ? '### Planned changes' : '### Changes', '', ...failed, ...head, ...rows] };
  return [table, ...newObjects(report)];
}
