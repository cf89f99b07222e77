/** MariaDB, made afresh. SQLite is no choice: Neutron's migrations cannot run on it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HeldPort, isListening } from './ports.ts';
import { launch, ready, run, type Server } from './processes.ts';
import type { Site } from './site.ts';

const share = '/usr/share/mysql';

export interface DatabaseSettings {
  readonly port: HeldPort;
  readonly password: string;
}

/** SQLAlchemy's URL of one of the databases. */
export const databaseUrl = ({ port, password }: DatabaseSettings, name: 'keystone' | 'neutron') =>
  `mysql+pymysql://stack:${password}@127.0.0.1:${port.number}/${name}?charset=utf8`;

export async function startDatabase(site: Site, { port, password }: DatabaseSettings): Promise<Server> {
  const { directory } = site.record;
  const data = join(directory, 'mysql');
  mkdirSync(join(data, 'mysql'), { recursive: true });
  // What mariadb-install-db does; that one wants a program of mariadb-client, another package.
  const tables = ['mysql_system_tables', 'mysql_performance_tables', 'mysql_system_tables_data'].map((name) =>
    readFileSync(join(share, `${name}.sql`), 'utf8'),
  );
  await run(
    site,
    [
      'mariadbd',
      '--no-defaults',
      '--bootstrap',
      '--user=root',
      `--datadir=${data}`,
      `--lc-messages-dir=${share}`,
      '--enforce-storage-engine=',
      '--innodb-log-file-size=16M',
    ],
    { input: ['use mysql;', 'SET @auth_root_socket=NULL;', ...tables].join('\n') },
  );
  const init = join(directory, 'mysql-init.sql');
  writeFileSync(init, firstStatements(password), { mode: 0o600 });
  await port.release();
  const server = launch(site, 'mariadb', [
    'mariadbd',
    '--no-defaults',
    '--user=root',
    `--datadir=${data}`,
    '--bind-address=127.0.0.1',
    `--port=${port.number}`,
    `--socket=${join(directory, 'mysql.sock')}`,
    `--pid-file=${join(directory, 'mysql.pid')}`,
    `--init-file=${init}`,
    '--skip-name-resolve',
    '--max-connections=300',
    // It need not survive a crash.
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--innodb-flush-method=nosync',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=16M',
    '--performance-schema=OFF',
  ]);
  await ready(site, server, () => isListening(port.number));
  return server;
}

const firstStatements = (password: string) => `CREATE DATABASE keystone CHARACTER SET utf8;
CREATE DATABASE neutron CHARACTER SET utf8;
CREATE USER 'stack'@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO 'stack'@'127.0.0.1';
`;
