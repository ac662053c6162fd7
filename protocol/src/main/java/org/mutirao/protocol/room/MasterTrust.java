package org.mutirao.protocol.room;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts the certificates of the room's masters, and no other, on both sides of a TLS connection between masters. Looks at no address and at no
 * date. Safe for any number of threads.
 */
public final class MasterTrust extends X509ExtendedTrustManager {
    private static final Logger log = LoggerFactory.getLogger(MasterTrust.class);

    private final Supplier<List<RoomSecret>> secrets;
    private boolean told;

    /**
     * For masters that know one of some secrets.
     *
     * @param secrets those that count now, asked each time
     */
    public MasterTrust(Supplier<List<RoomSecret>> secrets) {
        this.secrets = secrets;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null
                || chain.length == 0
                || secrets.get().stream().noneMatch(each -> MasterMark.isOn(chain[0], each))) {
            tell();
            throw new CertificateException("this certificate is not of a master of this room");
        }
    }

    /** Once: a master with an old secret tries ten times a second. */
    private synchronized void tell() {
        if (!told) {
            told = true;
            log.warn("A program at the port between the masters showed a certificate of another room; it was refused");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
