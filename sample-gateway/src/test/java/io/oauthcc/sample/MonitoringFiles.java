package io.oauthcc.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboards, rules and alerts that come with the project.
 */
final class MonitoringFiles {

	private static final Path CONFIG = Path.of("..", "config");

	private static final Path DOCS = Path.of("..", "docs");

	private MonitoringFiles() {
	}

	/** All queries of the dashboards, each with what shows its result. */
	static List<Query> dashboards() throws IOException {
		List<Query> queries = new ArrayList<>();
		for (Path file : files(CONFIG.resolve("grafana"), ".json")) {
			JsonNode dashboard = new JsonMapper().readTree(file.toFile());
			dashboard.path("panels").valueStream().forEach((panel) -> {
				String title = panel.path("title").asString();
				panel.path("targets")
					.valueStream()
					.forEach((target) -> queries.add(new Query(title,
							target.path("expr").asString() + " " + target.path("legendFormat").asString())));
			});
			dashboard.path("templating")
				.path("list")
				.valueStream()
				.filter((variable) -> variable.path("type").asString().equals("query"))
				.forEach((variable) -> queries
					.add(new Query(variable.path("name").asString(), variable.path("definition").asString())));
		}
		return queries;
	}

	/** The alerts and the rules that record, as they stand in the files. */
	static List<Rule> rules() throws IOException {
		List<Rule> rules = new ArrayList<>();
		for (String name : List.of("rules.yml", "alerts.yml")) {
			JsonNode file = new JsonMapper().valueToTree(new Yaml().<Map<String, Object>>load(read(prometheus(name))));
			file.path("groups")
				.valueStream()
				.flatMap((group) -> group.path("rules").valueStream())
				.map(Rule::new)
				.forEach(rules::add);
		}
		return rules;
	}

	/** The series that the alerts are tested with. */
	static List<Query> testSeries() throws IOException {
		JsonNode file = new JsonMapper()
			.valueToTree(new Yaml().<Map<String, Object>>load(read(prometheus("alerts-tests.yml"))));
		return file.path("tests")
			.valueStream()
			.flatMap((test) -> test.path("input_series")
				.valueStream()
				.map((series) -> new Query(test.path("name").asString(), series.path("series").asString())))
			.toList();
	}

	/** The pages of the documentation, by name. */
	static List<Query> pages() throws IOException {
		List<Query> pages = new ArrayList<>();
		for (Path file : files(DOCS, ".md")) {
			pages.add(new Query(file.getFileName().toString(), read(file)));
		}
		return pages;
	}

	private static Path prometheus(String name) {
		return CONFIG.resolve("prometheus").resolve(name);
	}

	static String read(Path file) throws IOException {
		return Files.readString(file);
	}

	private static List<Path> files(Path directory, String ending) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(ending)).sorted().toList();
		}
	}

	/**
	 * A rule that records or alerts.
	 */
	record Rule(JsonNode json) {

		/** The metric that it records, or empty. */
		String records() {
			return this.json.path("record").asString("");
		}

		/** Where to read on, or empty. */
		String runbook() {
			return this.json.path("annotations").path("runbook").asString("");
		}

		/** What it asks for, with what an alert says of the result. */
		Query query() {
			String name = records() + this.json.path("alert").asString("");
			return new Query(name,
					this.json.path("expr").asString() + " " + this.json.path("annotations").path("summary").asString("")
							+ this.json.path("annotations").path("description").asString(""));
		}

	}

}
