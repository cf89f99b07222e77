/** What a gateway puts on the wire between the two gateways. */
import { inNamespace, must, Running } from './command.ts';
import { eventually } from './eventually.ts';

/** Packets by what they are; what is none of the others is neither the tunnel's nor negotiates it. */
export interface Packets {
  /** ESP, bare or in UDP port 4500 (RFC 3948). */
  readonly esp: readonly string[];
  readonly ike: readonly string[];
  /** Everything else of IP: the networks' own packets would be here, and those that the cloud's address was put on. */
  readonly clear: readonly string[];
}

/** Lines of `tcpdump -n -q`: `IP 172.24.4.59.4500 > 172.24.4.200.4500: UDP-encap: ESP(spi=0x1,seq=0x1), length 136`. */
export function sortPackets(output: string): Packets {
  const lines = output.split('\n').filter((line) => /^\d+\.\d+ IP6? /.test(line));
  const isEsp = (line: string): boolean => /: (UDP-encap: )?ESP\(/.test(line);
  const isIke = (line: string): boolean => /: (NONESP-encap: )?isakmp/.test(line);
  return {
    esp: lines.filter(isEsp),
    ike: lines.filter((line) => !isEsp(line) && isIke(line)),
    clear: lines.filter((line) => !isEsp(line) && !isIke(line)),
  };
}

/**
 * The name of the interface with this address.
 * @throws Error if there is none
 */
export async function interfaceOf(namespace: string, address: string): Promise<string> {
  const output = await must(inNamespace(namespace, ['ip', '-o', 'address', 'show']));
  const line = output.split('\n').find((one) => one.includes(` ${address}/`));
  const name = line?.split(/\s+/)[1];
  if (name === undefined) throw new Error(`no interface of ${namespace} has the address ${address}:\n${output}`);
  return name;
}

/** tcpdump on a gateway's outer interface. */
export class Wire {
  readonly #process: Running;

  private constructor(process: Running) {
    this.#process = process;
  }

  /**
   * Listens to what the gateway sends there, and only to that: a kernel that decrypts shows each packet that came in
   * once more in clear on the same interface.
   */
  static async listen(namespace: string, address: string): Promise<Wire> {
    const device = await interfaceOf(namespace, address);
    const options = ['-n', '-l', '-tt', '--immediate-mode', '-Q', 'out', '-i', device];
    // Neighbour discovery and what the kernel tells of its groups say nothing about the tunnel.
    const filter = 'ip or (ip6 and not icmp6)';
    const process = new Running(
      inNamespace(namespace, ['setpriv', '--pdeathsig', 'KILL', 'tcpdump', ...options, filter]),
    );
    const wire = new Wire(process);
    try {
      await eventually('tcpdump to listen', () => (process.output.includes('listening on') ? true : undefined), 15_000);
    } catch (error) {
      await process.stop();
      throw new Error(`tcpdump in ${namespace}: ${process.output}`, { cause: error });
    }
    return wire;
  }

  get packets(): Packets {
    return sortPackets(this.#process.output);
  }

  async stop(): Promise<Packets> {
    await this.#process.stop();
    return this.packets;
  }
}
