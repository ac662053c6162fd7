package org.mutirao.worker;

import java.lang.reflect.Proxy;

/**
 * Hears Ctrl-C and the like instead of the JVM, whose own way ends the process at the first one. {@code sun.misc.Signal} is the
 * only way to that and warns in every compiler, hence the reflection.
 */
final class Signals {
    private Signals() {}

    /**
     * From now on the signal does this instead of what it did.
     *
     * @param name without SIG, like INT
     * @return false where the system does not allow it
     */
    static boolean handle(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
            return true;
        } catch (ReflectiveOperationException e) {
            return false; // unknown here, needed by the JVM itself, or a JVM without it
        }
    }
}
