package io.oauthcc.sample.demo;

/**
 * Where the three parts of the demo listen; 0 stands for a free port.
 */
public record DemoPorts(int gateway, int idp, int upstream) {

	/** Any free ports. */
	public static DemoPorts random() {
		return new DemoPorts(0, 0, 0);
	}

	static DemoPorts ofSystemProperties() {
		return new DemoPorts(Integer.getInteger("demo.gateway.port", 8080), Integer.getInteger("demo.idp.port", 9000),
				Integer.getInteger("demo.upstream.port", 9100));
	}

}
