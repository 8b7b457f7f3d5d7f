package io.oauthcc.gateway.claims;

import java.util.Locale;

/**
 * How far a misspelt name is from a right one, in characters to insert, delete or replace
 * (Levenshtein); case does not count.
 */
final class Spelling {

	private Spelling() {
	}

	static boolean isSimilar(String name, String candidate) {
		return distance(name, candidate) <= candidate.length() / 3;
	}

	static int distance(String name, String candidate) {
		String from = name.toLowerCase(Locale.ROOT);
		String to = candidate.toLowerCase(Locale.ROOT);
		int[] distances = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			distances[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = distances[0];
			distances[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) != to.charAt(j - 1)) ? 1 : 0);
				diagonal = distances[j];
				distances[j] = Math.min(replaced, Math.min(distances[j], distances[j - 1]) + 1);
			}
		}
		return distances[to.length()];
	}

}
