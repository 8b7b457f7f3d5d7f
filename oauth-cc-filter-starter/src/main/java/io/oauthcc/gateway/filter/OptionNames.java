package io.oauthcc.gateway.filter;

import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.PropertyMatches;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.util.StringUtils;

/**
 * Speaks of options by name, and knows which ones a user may have meant.
 */
final class OptionNames {

	private OptionNames() {
	}

	static String display(ConfigurationPropertyName name) {
		StringBuilder display = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			String element = name.getElement(i, Form.ORIGINAL);
			if (i > 0 && name.isNumericIndex(i)) {
				display.append('[').append(element).append(']');
				continue;
			}
			display.append(display.isEmpty() ? "" : ".").append(element);
		}
		return display.toString();
	}

	/**
	 * The option as the documentation spells it, for a name that a bean's property gave.
	 */
	static String canonical(ConfigurationPropertyName name) {
		StringBuilder canonical = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			canonical.append(canonical.isEmpty() ? "" : ".")
				.append(isUserDefined(name, i) ? name.getElement(i, Form.ORIGINAL)
						: camelCase(name.getElement(i, Form.DASHED)));
		}
		return canonical.toString();
	}

	/** Whether what stands there is the path of a file, whose text is meant. */
	static boolean isFile(String option) {
		return option.equals("assertionFile");
	}

	/** Whether the name is that of one parameter or header, which its user chose. */
	static boolean isEntry(ConfigurationPropertyName name) {
		return name.getNumberOfElements() > 1 && isUserDefined(name, 1);
	}

	private static boolean isUserDefined(ConfigurationPropertyName name, int index) {
		return index > 0
				&& Set.of("headers", "parameters", "forwardheaders").contains(name.getElement(0, Form.UNIFORM));
	}

	private static String camelCase(String dashed) {
		StringBuilder camelCase = new StringBuilder();
		for (String word : StringUtils.tokenizeToStringArray(dashed, "-")) {
			camelCase.append(camelCase.isEmpty() ? word : StringUtils.capitalize(word));
		}
		return camelCase.toString();
	}

	static OptionError notConvertible(ConfigurationPropertyName name, Bindable<?> target, Object value) {
		Class<?> type = target.getType().resolve(Object.class);
		String problem = (OptionExposure.of(name) == OptionExposure.SHOWN)
				? "'%s' is no %s".formatted(value, describe(type)) : "is no %s".formatted(describe(type));
		return new OptionError(canonical(name), problem,
				type.isEnum() ? "Use one of %s.".formatted(Arrays.stream(type.getEnumConstants())
					.map((constant) -> constant.toString().toLowerCase(Locale.ROOT))
					.collect(Collectors.joining(", "))) : "Use %s.".formatted(describe(type)));
	}

	private static String describe(Class<?> type) {
		return switch (type.getSimpleName()) {
			case "int", "Integer" -> "whole number";
			case "boolean", "Boolean" -> "true or false";
			case "Duration" -> "duration such as 30s";
			case "String" -> "text";
			case "List" -> "list";
			case "DataSize" -> "size such as 64KB";
			case "Map" -> "map";
			default -> isGroup(type) ? "map" : "known value";
		};
	}

	/** The value is not shown: the name may be that of a secret, misspelt. */
	static OptionError unknown(ConfigurationPropertyName name) {
		String display = display(name);
		String suggestion = suggestionFor(name);
		if (suggestion == null) {
			return new OptionError(display, "unknown option",
					"Remove '%s', or use one of %s.".formatted(display, namesOf(OAuthClientCredentialsOptions.class)));
		}
		return new OptionError(display, "unknown option, did you mean '%s'?".formatted(suggestion),
				"Use '%s' instead of '%s'.".formatted(suggestion, display));
	}

	private static @Nullable String suggestionFor(ConfigurationPropertyName name) {
		Class<?> type = OAuthClientCredentialsOptions.class;
		String path = "";
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			PropertyDescriptor group = groupOf(type, name.getElement(i, Form.UNIFORM));
			if (group == null) {
				String closest = closest(name.getElement(i, Form.ORIGINAL), type);
				return (closest != null) ? path + closest : null;
			}
			type = group.getPropertyType();
			path += group.getName() + ".";
		}
		return null;
	}

	/** The option that has options of its own. */
	private static @Nullable PropertyDescriptor groupOf(Class<?> type, String uniform) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> isGroup(property.getPropertyType()))
			.filter((property) -> property.getName().equalsIgnoreCase(uniform))
			.findFirst()
			.orElse(null);
	}

	/** Whether the type is that of an option which has options of its own. */
	static boolean isGroup(Class<?> type) {
		return type.getPackage() == OAuthClientCredentialsOptions.class.getPackage() && !type.isEnum();
	}

	private static @Nullable String closest(String name, Class<?> type) {
		String[] matches = PropertyMatches.forProperty(name, type).getPossibleMatches();
		return (matches.length > 0) ? matches[0] : null;
	}

	private static String namesOf(Class<?> type) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getWriteMethod() != null)
			.map((property) -> property.getName())
			.collect(Collectors.joining(", "));
	}

	/** The option of which an element is named, or the name itself. */
	static ConfigurationPropertyName withoutIndex(ConfigurationPropertyName name) {
		int last = name.getNumberOfElements() - 1;
		return (last > 0 && name.getLastElement(Form.ORIGINAL).matches("[0-9]+")) ? name.chop(last) : name;
	}

	static String uniform(ConfigurationPropertyName name) {
		StringBuilder uniform = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			uniform.append((i > 0) ? "." : "").append(name.getElement(i, Form.UNIFORM));
		}
		return uniform.toString();
	}

}
