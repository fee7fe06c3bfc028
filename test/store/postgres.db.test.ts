import { storeContract } from '../../packages/testkit/src/store/index'
import { POSTGRES_VERSIONS } from '../db/binaries'
import { openOnPostgres } from './open-on-postgres'

for (const version of POSTGRES_VERSIONS) {
  storeContract({ name: `Postgres ${version}`, open: (options) => openOnPostgres(version, options) })
}
