package io.oauthcc.gateway.filter;

import java.util.stream.Stream;

import io.oauthcc.gateway.secret.Secrets;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.gateway.support.NameUtils;
import org.springframework.util.StringUtils;

/**
 * Hides the secrets among options from those who only look at them. What is not known to
 * be harmless is hidden, whatever it is; references to secrets are shown.
 * <p>
 * Safe for use by many threads.
 */
public final class OptionMask {

	/** What stands in the place of a value, as in Spring Boot's own endpoints. */
	public static final String MASK = "******";

	/** Of {@code OAuthClientCredentials=name}. */
	private static final String SHORTCUT = NameUtils.generateName(0);

	private final Secrets secrets;

	/**
	 * Create a mask.
	 * @param secrets tells what is a reference
	 */
	public OptionMask(Secrets secrets) {
		this.secrets = secrets;
	}

	/**
	 * What others may see of an option's value.
	 * @param option the option's name in any spelling, such as it stands under
	 * {@code args}
	 * @param value its value
	 * @return the value, if it is no secret; else a mask, or the value with a mask in the
	 * place of a part of it
	 */
	public String mask(String option, String value) {
		return SHORTCUT.equals(option) ? value : mask(ConfigurationPropertyName.adapt(option, '.'), value);
	}

	/**
	 * What others may see of an option's value.
	 * @param option the option's name
	 * @param value its value
	 * @return the value, if it is no secret; else a mask, or the value with a mask in the
	 * place of a part of it
	 */
	public String mask(ConfigurationPropertyName option, String value) {
		OptionExposure exposure = OptionExposure.of(option);
		if (exposure == OptionExposure.SHOWN || !StringUtils.hasText(value) || isReference(value)) {
			return value;
		}
		return (exposure == OptionExposure.ADDRESS) ? maskQuery(value) : MASK;
	}

	/** User info stands before the query and may be a secret as well. */
	static String maskQuery(String address) {
		String shown = address.split("[?#]", 2)[0];
		if (shown.contains("@")) {
			return MASK;
		}
		return (shown.length() < address.length()) ? address.substring(0, shown.length() + 1) + MASK : address;
	}

	/**
	 * Whether a secret stands there as it is.
	 * @param option the option's name in any spelling, such as it stands under
	 * {@code args}
	 * @param value its value
	 * @return {@code false} if the option holds no secret, or only refers to one
	 */
	public boolean isPlainSecret(String option, String value) {
		return OptionExposure.of(ConfigurationPropertyName.adapt(option, '.')) == OptionExposure.SECRET
				&& StringUtils.hasText(value) && !isReference(value);
	}

	/** Several may stand in one text; one that is none would be shown with them. */
	private boolean isReference(String value) {
		return Stream.of(StringUtils.tokenizeToStringArray(value, ", \t\r\n")).allMatch(this.secrets::isReference);
	}

}
