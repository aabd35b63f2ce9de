/** A process of its own that makes one attack on a server until it is killed: `attack.ts <name> <port> <address>`. */
import { Attacker } from '../Attacker.ts';
import { ATTACKS, keepAttacking } from './attacks.ts';

const [, , name = '', port = '', address] = process.argv;
const attack = ATTACKS[name];
if (!attack) throw new RangeError(`there is no attack “${name}”`);
// The parent is gone.
process.once('disconnect', () => process.exit());
await keepAttacking(attack, new Attacker(Number(port), address), () => process.send?.('begun'));
