"use strict";

const MIDDLEWARES = ["route:application", "route:gateway", "reader"];
const EVENTS_SHOWN = 12;

const byId = (id) => document.getElementById(id);

// Requests to the gateway, of this page's own origin; see DemoRelay.

class NoAnswer extends Error {
}

async function relay(method, path) {
	const response = await fetch("/demo/relay/" + path, { method }).catch(() => undefined);
	if (!response?.ok) {
		throw new NoAnswer("The demo does not answer");
	}
	const answer = await response.json();
	if (answer.error) {
		throw new NoAnswer(answer.error);
	}
	return answer;
}

// A meter is there from the first event on.
async function count(meter) {
	const answer = await relay("GET", "actuator/metrics/" + meter);
	return answer.status === 200 ? answer.body.measurements[0].value : 0;
}

async function readState() {
	const [oauthcc, refusals, ...renewals] = await Promise.all([
		relay("GET", "actuator/oauthcc"),
		count("oauthcc.token.refusals"),
		...MIDDLEWARES.map((name) => count("oauthcc.token.refreshes?tag=outcome:success&tag=middleware:" + name)),
	]);
	if (oauthcc.status !== 200) {
		throw new NoAnswer("The gateway’s /actuator/oauthcc answers " + oauthcc.status);
	}
	const state = new Map();
	MIDDLEWARES.forEach((name, i) => state.set(name, { ...oauthcc.body.middlewares[name], renewed: renewals[i], refusals }));
	return state;
}

// One after the other, so that what changed between two states is due to what happened between them.
let last = Promise.resolve();
let waiting = 0;

function inTurn(task) {
	waiting++;
	last = last.then(task).then(() => connected(true), failed).finally(() => waiting--);
}

function failed(error) {
	if (error instanceof NoAnswer) {
		connected(false, error.message);
		return;
	}
	console.error(error);
}

function connected(works, message) {
	const text = works ? "Live: asked once a second" : message + ". Trying again once a second";
	if (byId("live").textContent !== text) {
		byId("live").textContent = text;
	}
}

// A request and its way

const CALLER = {
	application: "sends its id and secret, scheme Basic",
	wrong: "sends its id and a wrong secret, scheme Basic",
	gateway: "sends no credentials",
	named: "sends no credentials",
	plain: "sends no credentials",
};

function show(id, state, text) {
	byId(id).dataset.state = state;
	byId(id).querySelector("p")?.replaceChildren(text ?? "");
}

function showWay(call, middleware, before, after, answer) {
	const token = middleware ? tokenOf(before.get(middleware), after.get(middleware)) : {
		gateway: "has no filter on this route, passes it on", asked: "skipped", endpoint: "not asked",
	};
	const served = answer.status === 200;
	show("caller", "lit", CALLER[call]);
	show("caller-gateway", "lit");
	show("gateway", token.got === false ? "failed" : "lit", token.gateway);
	show("gateway-endpoint", token.asked);
	show("endpoint", token.asked, token.endpoint);
	show("gateway-service", served ? "lit" : "skipped");
	show("service", served ? "lit" : "skipped", served ? received(answer.body) : "not called");
}

function tokenOf(before, after) {
	const more = (source) => after.acquired[source] > before.acquired[source];
	if (more("memory")) {
		return { gateway: "has a token in memory", asked: "skipped", endpoint: "not asked" };
	}
	if (more("endpoint")) {
		return { gateway: "has no token in memory, asks for one", asked: "lit", endpoint: "issued a token" };
	}
	if (more("waited")) {
		return { gateway: "waits for the token that another request asked for", asked: "lit", endpoint: "issued a token" };
	}
	if (after.refusals > before.refusals) {
		return { got: false, gateway: "remembers that the same was refused", asked: "skipped", endpoint: "not asked" };
	}
	if (more("failed")) {
		return { got: false, gateway: "has no token in memory, asks for one", asked: "failed", endpoint: failureOf(before, after) };
	}
	return { got: false, gateway: "turns the request away", asked: "skipped", endpoint: "not asked" };
}

// A caller that is refused is no failure of the middleware.
function failureOf(before, after) {
	return after.lastFailure?.at === before.lastFailure?.at ? "refused the id and secret" : failureText(after.lastFailure);
}

function failureText({ failure, message }) {
	return failure.replaceAll("_", " ") + ": " + message;
}

function received(body) {
	const [authorization] = body.headers.Authorization ?? [];
	return authorization ? "received Authorization: " + authorization.slice(0, 14) + "…" : "received no token";
}

function showAnswer(answer) {
	byId("request").textContent = answer.request;
	byId("status").textContent = answer.status;
	byId("status").className = "status " + (answer.status < 400 ? "good" : "bad");
	byId("challenge").textContent = answer.challenge ? "WWW-Authenticate: " + answer.challenge : "";
	byId("detail").textContent = answer.body?.detail ?? answer.body?.title ?? "from the service";
}

function showClaims(claims) {
	const rows = Object.entries(claims ?? {}).map(([name, value]) => {
		const row = document.createElement("tr");
		row.append(cell("th", name), cell("td", claimText(name, value)));
		row.firstChild.scope = "row";
		return row;
	});
	if (rows.length === 0) {
		const row = document.createElement("tr");
		row.append(cell("td", "no token"));
		rows.push(row);
	}
	byId("claims").replaceChildren(...rows);
}

function claimText(name, value) {
	if (["iat", "nbf", "exp"].includes(name)) {
		return `${value} (${clock(new Date(value * 1000))})`;
	}
	return typeof value === "string" ? value : JSON.stringify(value);
}

function cell(type, text) {
	const element = document.createElement(type);
	element.textContent = text;
	return element;
}

const clock = (time) => time.toTimeString().slice(0, 8);

async function send(button) {
	const { call, middleware } = button.dataset;
	document.querySelector("[aria-current]")?.removeAttribute("aria-current");
	button.setAttribute("aria-current", "true");
	const before = await readState();
	const answer = await relay("POST", "calls/" + call);
	const after = await readState();
	showWay(call, middleware, before, after, answer);
	showAnswer(answer);
	showClaims(answer.body?.claims);
	observe(after);
}

// The tokens

const rows = new Map();

function addRow(name) {
	const row = document.createElement("tr");
	row.dataset.middleware = name;
	const heading = cell("th", name);
	heading.scope = "row";
	row.append(heading);
	for (const field of ["cached", "expiry", "memory", "endpoint", "renewed", "failed", "failure"]) {
		const data = cell("td", "");
		data.className = field;
		row.append(data);
	}
	const left = document.createElement("progress");
	left.className = "left";
	left.setAttribute("aria-label", "Time left of " + name);
	row.querySelector(".expiry").append(cell("div", ""), left);
	const evict = cell("button", "Evict");
	evict.type = "button";
	evict.setAttribute("aria-label", "Evict the tokens of " + name);
	evict.addEventListener("click", () => inTurn(() => drop(name)));
	row.append(cell("td", ""));
	row.lastChild.append(evict);
	byId("tokens").append(row);
	rows.set(name, row);
}

async function drop(name) {
	const before = await readState();
	observe(before);
	const answer = await relay("DELETE", "actuator/oauthcc/" + name);
	const after = await readState();
	if (answer.status === 204) {
		const dropped = before.get(name).tokens.cached;
		tell(name, dropped > 0 ? "evicted" : "nothing to evict");
		after.get(name).evicted = true;
	}
	else {
		tell(name, "not evicted: " + answer.status);
	}
	observe(after);
}

function showTokens(name, middleware) {
	const row = rows.get(name);
	const set = (field, text) => row.querySelector("." + field).textContent = text;
	set("cached", middleware.tokens.cached);
	for (const field of ["memory", "endpoint", "failed"]) {
		set(field, middleware.acquired[field]);
	}
	set("renewed", middleware.renewed);
	const failure = middleware.lastFailure;
	set("failure", failure ? `${clock(new Date(failure.at))} ${failureText(failure)}` : "none");
	showExpiry(row.querySelector(".expiry"), middleware.tokens.nearestExpiry);
}

function showExpiry(data, expiry) {
	const [text, left] = data.children;
	if (!expiry) {
		text.textContent = "–";
		left.hidden = true;
		return;
	}
	const seconds = Math.max(0, Math.round((Date.parse(expiry) - Date.now()) / 1000));
	if (data.dataset.expiry !== expiry) {
		data.dataset.expiry = expiry;
		left.max = Math.max(seconds, 1);
	}
	text.textContent = `in ${seconds} s`;
	left.value = seconds;
	left.hidden = false;
}

// Their life, told from what changed

let known;

function observe(state) {
	for (const [name, now] of state) {
		if (!rows.has(name)) {
			addRow(name);
		}
		if (known) {
			tellChanges(name, known.get(name), now);
		}
		showTokens(name, now);
	}
	known = state;
}

function tellChanges(name, before, now) {
	if (now.acquired.endpoint > before.acquired.endpoint) {
		tell(name, "obtained from the token endpoint and cached");
	}
	if (now.renewed > before.renewed) {
		tell(name, "renewed in the background");
	}
	if (now.acquired.failed > before.acquired.failed) {
		tell(name, "no token: " + failureOf(before, now));
	}
	if (now.tokens.cached < before.tokens.cached && !now.evicted) {
		tell(name, "no longer used, close to its expiry");
	}
}

function tell(name, event) {
	const entry = document.createElement("li");
	entry.append(cell("time", clock(new Date())), `${name}: ${event}`);
	byId("life").prepend(entry);
	byId("life").children[EVENTS_SHOWN]?.remove();
}

// What the user does, and the clock

for (const button of document.querySelectorAll("[data-call]")) {
	button.addEventListener("click", () => inTurn(() => send(button)));
}

function tick() {
	if (waiting > 0) {
		return;
	}
	const repeated = byId("repeat").checked && document.querySelector("[aria-current]");
	inTurn(async () => repeated ? send(repeated) : observe(await readState()));
}

setInterval(tick, 1000);
tick();
