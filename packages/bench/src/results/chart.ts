import * as echarts from 'echarts';
import { LOAD_NAMES, LOADS, type LoadName } from '../workloads.ts';
import { ratioOf, type Row } from './findings.ts';

const WIDTH = 860;
const BAR = 14;
/** The margins around the bars. The width of texts is unknown without a browser, so there is room for the longest. */
const SIDES = { left: 232, right: 24, top: 84, bottom: 40 };

const INK = '#212529';
const PALE = '#868e96';

/** The servers beside that of the blog, from top to bottom. */
const SERVERS = [
	{ subject: 'digda', label: 'digda', color: '#d9480f' },
	{ subject: 'ws', label: 'bare ws', color: '#4dabf7' },
	{ subject: 'bun', label: 'Bun', color: '#c9a97c' }
];

/**
 * Draws the processor time of each server under each load, relative to the server of the blog.
 * @returns an SVG without external styles, or undefined without figures of the server of the blog
 */
export function drawChart(rows: readonly Row[]): string | undefined {
	const loads = LOAD_NAMES.filter((load) => costOf(rows, load, 'blog') !== undefined);
	const servers = SERVERS.filter(({ subject }) => loads.some((load) => costOf(rows, load, subject) !== undefined));
	const costs = servers.flatMap(({ subject }) => loads.flatMap((load) => costOf(rows, load, subject) ?? []));
	if (costs.length === 0) return undefined;

	const height = SIDES.top + SIDES.bottom + loads.length * (servers.length + 1) * BAR;
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
	chart.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		textStyle: { fontFamily: 'Helvetica, Arial, sans-serif' },
		title: {
			...{ text: 'CPU time of the server', left: 16, top: 14, itemGap: 8 },
			textStyle: { color: INK, fontSize: 18 },
			subtext: 'Per message or delivery. To the left: less than the blog’s server. Logarithmic.',
			subtextStyle: { color: PALE, fontSize: 13 }
		},
		legend: {
			...{ right: SIDES.right, top: 18, itemGap: 20, itemWidth: 14, itemHeight: BAR - 2, selectedMode: false },
			textStyle: { color: INK, fontSize: 13 }
		},
		grid: SIDES,
		// A bar begins at the value of the server of the blog.
		xAxis: {
			...{ type: 'log', startValue: 1, ...rangeOf(costs) },
			// The upper end is no power of ten.
			axisLabel: { showMaxLabel: false, color: PALE, formatter: (value: number) => `${value} ×` },
			splitLine: { showMaxLine: false, lineStyle: { color: '#e9ecef' } }
		},
		yAxis: {
			...{ type: 'category', data: loads, inverse: true },
			axisLine: { show: false },
			axisTick: { show: false },
			axisLabel: { color: INK, fontSize: 13 }
		},
		series: servers.map(({ subject, label, color }, index) => ({
			...{ type: 'bar', name: label, barWidth: BAR - 2, barGap: '15%', itemStyle: { color } },
			data: loads.map((load) => barOf(costOf(rows, load, subject))),
			...(index === 0 && { markLine: BLOG })
		}))
	});
	const svg = chart.renderToSVGString();
	chart.dispose();
	return svg;
}

const BLOG = {
	...{ silent: true, symbol: 'none', data: [{ xAxis: 1 }] },
	lineStyle: { color: INK, type: 'solid', width: 1.5 },
	label: { formatter: 'the blog’s server = 1', position: 'start', color: INK, fontSize: 13 }
};

/** The ends of the axis, with room for the labels of the longest bars. */
function rangeOf(costs: readonly number[]) {
	return { min: 10 ** Math.floor(Math.log10(0.7 * Math.min(1, ...costs))), max: 2 * Math.max(1, ...costs) };
}

function barOf(cost: number | undefined) {
	if (cost === undefined) return '-';
	const formatter = cost < 0.1 ? cost.toPrecision(2) : cost.toFixed(2);
	return { value: cost, label: { show: true, position: cost > 1 ? 'right' : 'left', color: INK, formatter } };
}

function costOf(rows: readonly Row[], load: LoadName, subject: string): number | undefined {
	return ratioOf(rows, load, LOADS[load].primary, [subject, 'blog']);
}
