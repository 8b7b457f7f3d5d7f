package io.oauthcc.gateway.filter;

/**
 * One thing that is wrong with an option.
 *
 * @param option the option as its user wrote it, such as {@code cache.skew}
 * @param problem what is wrong, with the value unless that could be a secret
 * @param action what to do about it
 */
public record OptionError(String option, String problem, String action) {

}
