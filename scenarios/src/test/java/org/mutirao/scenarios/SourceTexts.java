package org.mutirao.scenarios;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The sentences for people in the sources of a module: what {@code Text} is given, lines of the log, and what the help says of options and
 * commands. Also sentences that a person reads but that {@code Text} never sees.
 */
final class SourceTexts {
    /** What a person reads of what they are given. */
    private static final Set<String> SHOWN_BY = Set.of(
            "Told",
            "RefusedPackage",
            "Failure",
            "Problem",
            "CommandFailed",
            "println",
            "print",
            "NoSuchMaster",
            "conflict",
            "later",
            "bad",
            "refused",
            "noLeader",
            "announce",
            "announceAndNotice",
            "onNotice",
            "onWarning",
            "LoseLease");

    /** Of the help's sections. */
    private static final Set<String> HEADINGS = Set.of("options", "commands");

    /** Keep what they are given in English, and give it to {@code Text} when it is asked for. */
    private static final Set<String> KEEPERS = Set.of("FileKind", "Reaction");

    private static final Set<String> LEVELS = Set.of("info", "warn", "error");
    private static final Set<String> HELP = Set.of("Command", "Option", "Parameters", "ArgGroup");
    private static final Set<String> HELP_TEXTS =
            Set.of("description", "header", "footer", "heading", "descriptionHeading", "optionListHeading");
    /** Take texts that nobody reads as a sentence. */
    private static final Set<String> FOR_PROGRAMS = Set.of(
            "IllegalStateException", "debug", "trace", "ofPattern", "compile", "matches", "scheduler", "activity");

    /** Describe the metrics to programmers, in English like their names. */
    private static final Set<String> DESCRIPTIONS =
            Set.of("description", "gauge", "timer", "counter", "strength", "machines");

    /** Describe the API to those who ask; keep it in English until then. */
    private static final Set<String> OF_API = Set.of("Route", "Param");

    private static final Pattern WORDS = Pattern.compile(".*\\p{L}{2,} \\p{L}+.*", Pattern.DOTALL);
    /** Also a part of a sentence that stands beside something filled in. */
    private static final Pattern PART = Pattern.compile(".*(\\p{L}{2,} | \\p{L}{2,}).*", Pattern.DOTALL);
    /** A help text that shows how a command is typed has no twin. */
    private static final Pattern LETTERS = Pattern.compile(".*\\p{L}{2,}.*", Pattern.DOTALL);

    private final Map<String, String> constants = new HashMap<>();
    /** Each sentence, and where it stands. */
    private final Map<String, String> sentences = new TreeMap<>();

    /** Where a text with a word beside a space stands that is not given to {@code Text}, and what it is. */
    private final Map<String, String> texts = new TreeMap<>();

    private final Set<String> notGivenToText = new TreeSet<>();
    private final Set<String> notConstant = new TreeSet<>();

    /** Reads the sources below a folder. */
    static SourceTexts of(Path sources) throws IOException {
        SourceTexts texts = new SourceTexts();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> found = Files.walk(sources)) {
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(
                    found.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .toList());
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, units);
            List<CompilationUnitTree> parsed = new ArrayList<>();
            task.parse().forEach(parsed::add);
            parsed.forEach(unit -> unit.accept(texts.new Constants(), null));
            parsed.forEach(unit -> unit.accept(texts.new Sentences(unit), null));
        }
        return texts;
    }

    Map<String, String> sentences() {
        return sentences;
    }

    Set<String> notGivenToText() {
        return notGivenToText;
    }

    /**
     * Texts that look as if they were for people, but are no sentence and no constant that is a part of one: the file of each, and the text
     * as it stands there.
     */
    Set<String> inNoSentence() {
        Set<String> found = new TreeSet<>();
        texts.forEach((place, text) -> {
            boolean isPart =
                    constants.containsValue(text) && sentences.keySet().stream().anyMatch(each -> each.contains(text));
            if (!isPart && !sentences.containsKey(text)) {
                found.add(place);
            }
        });
        return found;
    }

    Set<String> notConstant() {
        return notConstant;
    }

    /** The texts that an expression can be; empty if that can't be told. */
    private List<String> valuesOf(Tree expression) {
        if (expression instanceof LiteralTree literal && literal.getValue() instanceof String text) {
            return List.of(text);
        }
        if (expression instanceof ParenthesizedTree inner) {
            return valuesOf(inner.getExpression());
        }
        if (expression instanceof ConditionalExpressionTree choice) {
            List<String> both = new ArrayList<>(valuesOf(choice.getTrueExpression()));
            List<String> other = valuesOf(choice.getFalseExpression());
            both.addAll(other);
            return other.isEmpty() || both.size() == other.size() ? List.of() : both;
        }
        if (expression instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            List<String> left = valuesOf(sum.getLeftOperand());
            List<String> right = valuesOf(sum.getRightOperand());
            return left.size() == 1 && right.size() == 1 ? List.of(left.get(0) + right.get(0)) : List.of();
        }
        String name = expression instanceof IdentifierTree identifier
                ? identifier.getName().toString()
                : expression instanceof MemberSelectTree member
                        ? member.getIdentifier().toString()
                        : "";
        return constants.containsKey(name) ? List.of(constants.get(name)) : List.of();
    }

    private static String nameOf(ExpressionTree called) {
        return called instanceof MemberSelectTree member
                ? member.getIdentifier().toString()
                : called instanceof IdentifierTree identifier
                        ? identifier.getName().toString()
                        : "";
    }

    private static String ownerOf(ExpressionTree called) {
        return called instanceof MemberSelectTree member
                ? member.getExpression().toString()
                : "";
    }

    private static boolean isText(ExpressionTree called) {
        return ownerOf(called).equals("Text")
                && Set.of("of", "count", "pattern", "kept").contains(nameOf(called));
    }

    /** Fields whose text is known, by their names. */
    private final class Constants extends TreeScanner<Void, Void> {
        @Override
        public Void visitVariable(VariableTree variable, Void none) {
            if (variable.getInitializer() != null
                    && variable.getType() != null
                    && variable.getType().toString().equals("String")) {
                List<String> values = valuesOf(variable.getInitializer());
                if (values.size() == 1) {
                    constants.put(variable.getName().toString(), values.get(0));
                }
            }
            return super.visitVariable(variable, null);
        }
    }

    private final class Sentences extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private boolean isForPeople;

        Sentences(CompilationUnitTree unit) {
            this.unit = unit;
            this.isForPeople = !isForPrograms();
        }

        /** What is wrong with a message is told to the program that sent it. */
        private boolean isForPrograms() {
            return unit.getPackageName().toString().endsWith(".dialect");
        }

        private String place(Tree tree) {
            return Path.of(unit.getSourceFile().toUri()).getFileName() + ": " + tree;
        }

        private void add(Tree expression, boolean mustBeKnown) {
            List<String> values = valuesOf(expression);
            values.stream()
                    .filter(text -> LETTERS.matcher(text).matches())
                    .forEach(text -> sentences.put(text, place(expression)));
            if (values.isEmpty() && mustBeKnown) {
                notConstant.add(place(expression));
            }
        }

        /** Without the texts in it. */
        private void pass(Runnable through) {
            boolean before = isForPeople;
            isForPeople = false;
            through.run();
            isForPeople = before;
        }

        @Override
        public Void visitLiteral(LiteralTree literal, Void none) {
            if (isForPeople
                    && literal.getValue() instanceof String text
                    && PART.matcher(text).matches()) {
                texts.put(place(literal), text);
            }
            return null;
        }

        /** A constant is a sentence as a whole. */
        @Override
        public Void visitVariable(VariableTree variable, Void none) {
            List<String> values = variable.getInitializer() == null ? List.of() : valuesOf(variable.getInitializer());
            if (values.size() != 1) {
                return super.visitVariable(variable, null);
            }
            if (isForPeople && PART.matcher(values.get(0)).matches()) {
                texts.put(place(variable.getInitializer()), values.get(0));
            }
            return null;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
            ExpressionTree called = call.getMethodSelect();
            String name = nameOf(called);
            List<? extends ExpressionTree> values = call.getArguments();
            boolean isLog = ownerOf(called).equals("log");
            int patterns = 0;
            if (isText(called)) {
                patterns = name.equals("count") ? 3 : 1;
                values.subList(name.equals("count") ? 1 : 0, patterns)
                        .forEach(pattern -> add(pattern, !name.equals("pattern")));
            } else if (isLog && LEVELS.contains(name)) {
                patterns = 1;
                add(values.get(0), false);
            } else if (HEADINGS.contains(name) && called.toString().startsWith("new OptionSections(")) {
                patterns = 1;
                add(values.get(0), true);
            } else if (isLog || FOR_PROGRAMS.contains(name)) {
                patterns = values.size();
            } else if (SHOWN_BY.contains(name) && !isForPrograms()) {
                values.forEach(this::look);
            }
            scan(called, null);
            boolean isOfApi = OF_API.contains(ownerOf(called));
            if (isOfApi) {
                values.stream()
                        .filter(value -> valuesOf(value).stream()
                                .anyMatch(text -> WORDS.matcher(text).matches()))
                        .forEach(value -> add(value, true));
            }
            boolean describes = isOfApi || DESCRIPTIONS.contains(name);
            for (int i = 0; i < values.size(); i++) {
                ExpressionTree value = values.get(i);
                if (i < patterns || (describes && !valuesOf(value).isEmpty())) {
                    pass(() -> scan(value, null));
                } else {
                    scan(value, null);
                }
            }
            return null;
        }

        @Override
        public Void visitNewClass(NewClassTree made, Void none) {
            String name = nameOf(made.getIdentifier());
            if (SHOWN_BY.contains(name)) {
                made.getArguments().forEach(this::look);
            }
            boolean isKeeper = KEEPERS.contains(name);
            if (isKeeper) {
                made.getArguments().forEach(kept -> add(kept, true));
            }
            if (isKeeper || FOR_PROGRAMS.contains(name)) {
                pass(() -> super.visitNewClass(made, null));
                return null;
            }
            return super.visitNewClass(made, null);
        }

        @Override
        public Void visitAnnotation(AnnotationTree annotation, Void none) {
            if (HELP.contains(annotation.getAnnotationType().toString())) {
                for (ExpressionTree each : annotation.getArguments()) {
                    if (each instanceof AssignmentTree set
                            && HELP_TEXTS.contains(set.getVariable().toString())) {
                        List<? extends ExpressionTree> lines = set.getExpression() instanceof NewArrayTree array
                                ? array.getInitializers()
                                : List.of(set.getExpression());
                        lines.forEach(line -> add(line, true));
                    }
                }
            }
            pass(() -> super.visitAnnotation(annotation, null));
            return null;
        }

        /** Finds words that are shown as they stand. */
        private void look(ExpressionTree shown) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
                    return isText(call.getMethodSelect()) ? null : super.visitMethodInvocation(call, null);
                }

                @Override
                public Void visitLiteral(LiteralTree literal, Void none) {
                    if (literal.getValue() instanceof String text
                            && WORDS.matcher(text).matches()) {
                        notGivenToText.add(place(literal));
                    }
                    return null;
                }
            }.scan(shown, null);
        }
    }
}
