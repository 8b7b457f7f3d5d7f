package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/**
 * Collects what is wrong with options, and knows what is wrong with a single value.
 */
final class OptionErrors {

	private final List<OptionError> errors;

	OptionErrors(List<OptionError> errors) {
		this.errors = errors;
	}

	void add(String option, String problem, String action) {
		this.errors.add(new OptionError(option, problem, action));
	}

	int inRange(String option, int value, int minimum, int maximum) {
		if (value < minimum || value > maximum) {
			add(option, "%d is out of range".formatted(value), "Use %d to %d.".formatted(minimum, maximum));
		}
		return value;
	}

	Duration inRange(String option, Duration value, Duration minimum, Duration maximum) {
		if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
			add(option, "%s is out of range".formatted(print(value)),
					"Use %s to %s.".formatted(print(minimum), print(maximum)));
		}
		return value;
	}

	private static String print(Duration value) {
		return DurationStyle.SIMPLE.print(value, ChronoUnit.SECONDS);
	}

	void withoutControls(String option, String value) {
		if (value.chars().anyMatch(Character::isISOControl)) {
			add(option, "has a control character", "Remove it; a line break at the end is a frequent one.");
		}
	}

	/** A value that is there; YAML leaves an empty one where a key stands alone. */
	static @Nullable String text(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
