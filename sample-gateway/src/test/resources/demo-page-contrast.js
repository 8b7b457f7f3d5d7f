// Texts whose contrast is below 4.5 (WCAG 2.2, success criterion 1.4.3), as JSON.
const channels = (color) => color.match(/[\d.]+/g).map(Number);

function luminance(color) {
	const [red, green, blue] = channels(color).slice(0, 3)
		.map((value) => value / 255)
		.map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function background(element) {
	const color = getComputedStyle(element).backgroundColor;
	return channels(color)[3] === 0 && element.parentElement ? background(element.parentElement) : color;
}

function contrast(element) {
	const [dark, light] = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const faint = [];
let seen = 0;
while (texts.nextNode()) {
	const element = texts.currentNode.parentElement;
	if (texts.currentNode.textContent.trim() && element.checkVisibility()) {
		seen++;
		if (contrast(element) < 4.5) {
			faint.push(texts.currentNode.textContent.trim() + " " + contrast(element).toFixed(2));
		}
	}
}
return JSON.stringify(seen > 30 ? faint : ["only " + seen + " texts"]);
