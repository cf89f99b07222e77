import { neutronError } from './answer.ts';
import { parseAddress, parseCidr } from './ip.ts';
import { isRecord, isUuid, pyBool, pyInt, pyStr } from './values.ts';

/** The reason why a value is refused, null if it's fine. Words as in neutron-lib's validators. */
export type Validate = (value: unknown) => string | null;

export const uuid: Validate = (value) => (isUuid(value) ? null : `'${pyStr(value)}' is not a valid UUID`);

export const uuidOrNone: Validate = (value) => (value === null ? null : uuid(value));

export const nonNegative: Validate = (value) => {
  const number = pyInt(value);
  if (number === null) return `'${pyStr(value)}' is not an integer`;
  return number < 0 ? `'${number}' should be non-negative` : null;
};

/** At least `min`, at most `max` (null: no limit). */
export function range(min: number, max: number | null): Validate {
  return (value) => {
    const number = pyInt(value);
    if (number === null) return `'${pyStr(value)}' is not an integer`;
    if (number < min) return `'${number}' is too small - must be at least '${min}'`;
    return max !== null && number > max ? `'${number}' is too large - must be no larger than '${max}'` : null;
  };
}

/** A mapping with these keys alone, each optional. */
export function dictOf(specs: Record<string, Validate>): Validate {
  return (value) => {
    if (!isRecord(value)) return `'${pyStr(value)}' is not a dictionary`;
    const unexpected = Object.keys(value).filter((key) => !(key in specs));
    if (unexpected.length > 0) return `Unexpected keys supplied: ${unexpected.join(', ')}`;
    for (const [key, validate] of Object.entries(specs)) {
      const reason = key in value ? validate(value[key]) : null;
      if (reason !== null) return reason;
    }
    return null;
  };
}

/** `address/prefix`; an IPv4 one in exactly this form. Host bits are accepted. */
export const subnet: Validate = (value) => {
  const bad = `'${pyStr(value)}' is not a valid IP subnet`;
  if (typeof value !== 'string') return bad;
  if (parseCidr(value) !== null) return null;
  const better = recommended(value);
  return better === null ? bad : `'${value}' isn't a recognized IP subnet cidr, '${better}' is recommended`;
};

/** The usual form of an address without prefix, an abbreviated network, or one with a netmask. */
function recommended(value: string): string | null {
  const [left = '', right] = value.split('/');
  const address = parseAddress(value);
  if (address !== null) return address.version === 4 ? `${value}/32` : `${value.toLowerCase()}/128`;
  const mask = right === undefined ? null : parseAddress(right);
  const bits = mask?.version === 4 ? mask.address.toString(2) : '';
  const prefix = /^1*0*$/.test(bits) && bits.length === 32 ? bits.replaceAll('0', '').length : right;
  const full = left.split('.').concat('0', '0', '0').slice(0, 4).join('.');
  const net = `${full}/${prefix}`;
  return parseCidr(net) === null || net === value ? null : net;
}

export const subnetList: Validate = (value) => {
  if (value === null) return null;
  if (!Array.isArray(value)) return `'${pyStr(value)}' is not a list`;
  const repeated = new Set(value.filter((item, i) => value.indexOf(item) !== i));
  if (repeated.size > 0) return `Duplicate items in the list: '${[...repeated].map(pyStr).join(', ')}'`;
  for (const item of value) {
    const reason = subnet(item);
    if (reason !== null) return reason;
  }
  return null;
};

/** Anything Python takes for an integer becomes one. */
export function toInt(value: unknown): number {
  const number = pyInt(value);
  if (number === null) throw invalidInput(`'${pyStr(value)}' is not an integer.`);
  return number;
}

/** Anything oslo takes for a truth value becomes one. */
export function toBoolean(value: unknown): boolean {
  const flag = pyBool(value);
  if (flag === null) throw invalidInput(`'${pyStr(value)}' cannot be converted to boolean.`);
  return flag;
}

/** null becomes an empty list, a single value a list of it. */
export function toList(value: unknown): unknown[] {
  if (value === null) return [];
  if (isRecord(value)) return Object.keys(value);
  return Array.isArray(value) ? value : [value];
}

/** null becomes an empty mapping. */
export function noneToEmpty(value: unknown): unknown {
  return value === null ? {} : value;
}

function invalidInput(message: string) {
  return neutronError(400, 'InvalidInput', `Invalid input for operation: ${message}`);
}
