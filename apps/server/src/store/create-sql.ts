import { SCHEMA, sqlName, type Column, type Kind, type Table } from './schema.ts';

/** The SQL dialect of an engine. */
interface Dialect {
	engine: 'sqlite' | 'postgres';
	types: Readonly<Record<Kind, string>>;
	/** The text after the columns of a table. */
	options: (table: Table) => string;
}

/** Makes the statements that create all tables and indexes. */
export function createSql(dialect: Dialect): string {
	return Object.entries(SCHEMA)
		.flatMap(([name, table]: [string, Table]) => [
			tableSql(sqlName(name), table, dialect),
			...(table.indexes ?? []).map(({ name: index, on, where, isUnique }) => {
				const condition = where === undefined ? '' : ` WHERE ${where}`;
				return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${index} ON ${sqlName(name)} (${on})${condition};`;
			})
		])
		.join('\n');
}

function tableSql(name: string, table: Table, { engine, types, options }: Dialect): string {
	const { columns, key, foreignKey } = table;
	const parts = Object.entries(columns)
		.filter(([, column]) => column.engine === undefined || column.engine === engine)
		.map(([column, of]) => columnSql(sqlName(column), of, types));
	if (key.length > 0 && !isCounted(table)) parts.push(`PRIMARY KEY (${key.map(sqlName).join(', ')})`);
	if (foreignKey !== undefined) parts.push(`FOREIGN KEY ${foreignKey}`);
	return `CREATE TABLE ${name} (\n\t${parts.join(',\n\t')}\n)${options(table)};`;
}

function columnSql(name: string, { kind, isNullable, default: value }: Column, types: Dialect['types']): string {
	const start = value === undefined ? '' : ` DEFAULT ${value === '' ? "''" : value}`;
	return `${name} ${types[kind]}${isNullable ? '' : ' NOT NULL'}${start}`;
}

/** Whether the database numbers the rows of a table. */
export function isCounted({ columns }: Table): boolean {
	return Object.values(columns).some(({ kind }) => kind === 'counter');
}
