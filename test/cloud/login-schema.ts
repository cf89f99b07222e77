import type { Schema } from './json-schema.ts';

const TEXT: Schema = { type: 'string' };
const REFERENCE: Schema = { type: 'object', properties: { id: TEXT, name: TEXT } };

const IDENTITY: Schema = {
  type: 'object',
  properties: {
    methods: { type: 'array', items: TEXT },
    password: {
      type: 'object',
      properties: {
        user: { type: 'object', properties: { id: TEXT, name: TEXT, password: TEXT, domain: REFERENCE } },
      },
    },
    token: { type: 'object', properties: { id: TEXT }, required: ['id'] },
  },
  required: ['methods'],
};

const SCOPE: Schema = {
  type: ['object', 'string'],
  properties: {
    project: { type: 'object', properties: { name: TEXT, id: TEXT, domain: REFERENCE } },
    domain: REFERENCE,
    'OS-TRUST:trust': { type: 'object', properties: { id: TEXT } },
    // The null is what another part of Keystone adds to a list that both use.
    system: { type: 'object', properties: { all: { type: 'boolean', enum: [true, false, null] } } },
  },
};

/** What Keystone 22 demands of the `auth` of a login (keystone/auth/schema.py). */
export const LOGIN_SCHEMA: Schema = {
  type: 'object',
  properties: { identity: IDENTITY, scope: SCOPE },
  required: ['identity'],
};
