/** The devices that a configuration can be written for: one renderer each. */
import type { Peer } from './peer.ts';
import type { Device } from './proposals.ts';
import { strongswanConfig } from './strongswan.ts';

/** Throws Inexpressible for a value that the device cannot be set up with. */
export type Render = (peer: Peer) => string;

export const renderers: Readonly<Record<Device, Render>> = { strongswan: strongswanConfig };
