package io.oauthcc.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.gateway.fixture.MarkdownPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Links in the documentation lead somewhere, all pages are found, and each block says
 * what it is.
 */
class DocumentationLinksTests {

	/**
	 * What other tests look for: {@code yaml} starts a gateway, {@code java} is compiled,
	 * {@code sh} is run, {@code console} is what that prints. The rest is to be read.
	 */
	private static final Set<String> TAGS = Set.of("yaml", "java", "sh", "console", "xml", "text");

	private static final Pattern MENTION = Pattern.compile("(?<![\\w/])docs/[a-z-]+\\.(?:md|svg)\\b");

	private static final Path INDEX = Path.of("docs", "README.md");

	private static final Map<Path, MarkdownPage> pages = MarkdownPage.all()
		.stream()
		.collect(Collectors.toMap(MarkdownPage::path, Function.identity()));

	static Stream<MarkdownPage> pages() {
		return pages.values().stream();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linkWhenFollowedThenLeadsSomewhere(MarkdownPage page) {
		assertThat(page.links()).allSatisfy((link) -> {
			URI target = URI.create(link);
			if (target.getScheme() != null) {
				assertThat(target.getScheme()).isIn("https", "mailto");
				return;
			}
			Path path = target.getPath().isEmpty() ? page.path()
					: page.path().resolveSibling(target.getPath()).normalize();
			assertThat(MarkdownPage.ROOT.resolve(path)).exists();
			if (target.getFragment() != null) {
				assertThat(pages).containsKey(path);
				assertThat(pages.get(path).anchors()).contains(target.getFragment());
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "[a](nowhere.md)", "[a](redis.md#nowhere)", "[a](#nowhere)", "![a](nowhere.svg)",
			"<img src=\"nowhere.svg\">", "[a]: nowhere.md", "[a](http://example.com)" })
	void linkWhenBrokenThenFound(String line) {
		MarkdownPage page = new MarkdownPage(Path.of("docs", "page.md"), List.of(line));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> linkWhenFollowedThenLeadsSomewhere(page));
	}

	@Test
	void anchorWhenHeadingThenByTheRulesOfGitHub() {
		MarkdownPage page = new MarkdownPage(Path.of("page.md"), List
			.of("# What's `cache.skew`? Ünder_score – [x](y.md)", "## Twice", "## Twice", "```sh", "# none", "```"));
		assertThat(page.anchors()).containsExactlyInAnyOrder("whats-cacheskew-ünder_score--x", "twice", "twice-1");
	}

	@ParameterizedTest
	@MethodSource("pages")
	void blockWhenFencedThenSaysWhatItIs(MarkdownPage page) {
		assertThat(page.blocks()).allSatisfy((block) -> assertThat(block.tag()).isIn(TAGS));
	}

	@Test
	void pageWhenInDocsThenInTheTableOfContents() throws IOException {
		Set<String> linked = targets(pages.get(INDEX));
		assertThat(linked).containsAll(files(".md").stream().filter((file) -> !file.equals(INDEX.toString())).toList());
		assertThat(targets(pages.get(Path.of("README.md")))).contains(INDEX.toString());
	}

	@Test
	void pictureWhenInDocsThenOnAPage() throws IOException {
		Set<String> linked = new TreeSet<>();
		pages.values().forEach((page) -> linked.addAll(targets(page)));
		assertThat(linked).containsAll(files(".svg"));
	}

	@Test
	void pageWhenMentionedThenExists() throws IOException {
		Set<String> mentioned = new TreeSet<>();
		try (Stream<Path> files = Files.walk(MarkdownPage.ROOT.resolve("oauth-cc-filter-starter/src/main"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				addMentions(Files.readString(file), mentioned);
			}
		}
		pages.values().forEach((page) -> addMentions(String.join("\n", page.lines()), mentioned));
		assertThat(mentioned).isNotEmpty()
			.allSatisfy((mention) -> assertThat(MarkdownPage.ROOT.resolve(mention)).exists());
	}

	private static void addMentions(String text, Set<String> mentioned) {
		Matcher mention = MENTION.matcher(text);
		while (mention.find()) {
			mentioned.add(mention.group());
		}
	}

	/** What a page links to in the repository. */
	private static Set<String> targets(MarkdownPage page) {
		return page.links()
			.stream()
			.map(URI::create)
			.filter((link) -> link.getScheme() == null && !link.getPath().isEmpty())
			.map((link) -> page.path().resolveSibling(link.getPath()).normalize().toString())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<String> files(String end) throws IOException {
		try (Stream<Path> files = Files.walk(MarkdownPage.ROOT.resolve("docs"))) {
			return files.map((file) -> MarkdownPage.ROOT.relativize(file).toString())
				.filter((file) -> file.endsWith(end))
				.toList();
		}
	}

}
