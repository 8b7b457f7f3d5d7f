package io.oauthcc.gateway.filter;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;

import javax.crypto.KeyAgreement;

/**
 * Finds the public key of an EC private key, which PEM need not hold, and which Java does
 * not tell. Key agreement with the curve's generator yields its x; of the two points with
 * that, the one is right under which a signature verifies. For curves whose prime is 3
 * modulo 4, as those of P-256, P-384 and P-521.
 */
final class EcPublicKeys {

	private static final BigInteger THREE = BigInteger.valueOf(3);

	private static final byte[] SIGNED = { 1 };

	private EcPublicKeys() {
	}

	static ECPublicKey of(ECPrivateKey key) throws GeneralSecurityException {
		ECParameterSpec parameters = key.getParams();
		KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
		agreement.init(key);
		agreement.doPhase(publicKey(parameters.getGenerator(), parameters), true);
		BigInteger x = new BigInteger(1, agreement.generateSecret());
		BigInteger prime = ((ECFieldFp) parameters.getCurve().getField()).getP();
		BigInteger y = y(x, parameters.getCurve(), prime);
		ECPublicKey candidate = publicKey(new ECPoint(x, y), parameters);
		return isOf(key, candidate) ? candidate : publicKey(new ECPoint(x, prime.subtract(y)), parameters);
	}

	private static ECPublicKey publicKey(ECPoint point, ECParameterSpec parameters) throws GeneralSecurityException {
		return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
	}

	/** One of the roots of {@code x³ + ax + b}. */
	private static BigInteger y(BigInteger x, EllipticCurve curve, BigInteger prime) {
		BigInteger square = x.modPow(THREE, prime).add(curve.getA().multiply(x)).add(curve.getB()).mod(prime);
		return square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
	}

	private static boolean isOf(ECPrivateKey key, PublicKey candidate) throws GeneralSecurityException {
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(key);
		signature.update(SIGNED);
		byte[] signed = signature.sign();
		signature.initVerify(candidate);
		signature.update(SIGNED);
		return signature.verify(signed);
	}

}
