package io.oauthcc.benchmark.memory;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Measures what tokens take of the heap and prints it as Markdown. Ends with status 1 if
 * one without claims takes more than it may.
 */
final class MemoryReport {

	private static final int CLASSES = 10;

	private static final Map<String, String> CLAIMS = Map.of("claims",
			"Equals(`grp`, `admin`) && OneOf(`aud`, `orders`)", "forwardHeaders.X-Group", "grp",
			"forwardHeaders.X-Tenant", "tenant.name");

	private MemoryReport() {
	}

	/**
	 * The report.
	 * @param arguments the characters of a token, the bytes that an entry may take, and
	 * how many entries are measured, one or several
	 */
	public static void main(String[] arguments) {
		int length = Integer.parseInt(arguments[0]);
		int bound = Integer.parseInt(arguments[1]);
		int[] sizes = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
		System.out.printf(Locale.ROOT, "%s, %d cores, Java %s, heap of at most %d MB%n%n", LocalDate.now(),
				Runtime.getRuntime().availableProcessors(), Runtime.version(),
				Runtime.getRuntime().maxMemory() / (1024 * 1024));
		System.out.println("| tokens in memory | bytes each | with `claims` and two `forwardHeaders` |\n|---|---|---|");
		List<TokenMemory> measured = new ArrayList<>();
		for (int entries : sizes) {
			TokenMemory plain = TokenMemory.measure(entries, length, Map.of(), UnaryOperator.identity());
			TokenMemory claims = TokenMemory.measure(entries, length, CLAIMS, UnaryOperator.identity());
			measured.add(plain);
			System.out.printf(Locale.ROOT, "| %,d | %,.0f | %,.0f |%n", entries, plain.bytesPerEntry(),
					claims.bytesPerEntry());
		}
		System.out.println();
		System.out.println(
				"| class | bytes for each token |\n|---|---|\n" + measured.get(measured.size() - 1).largest(CLASSES));
		for (TokenMemory each : measured) {
			if (each.bytesPerEntry() > bound) {
				System.err.printf("%s (expected: <= %d)%n", each, bound);
				System.exit(1);
			}
		}
		System.exit(0);
	}

}
