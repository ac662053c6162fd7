@echo off
rem Starts the master. Everything after it goes to the program.
rem JAVA_HOME, MUTIRAO_JAVA_OPTS and MUTIRAO_CACHE mean what they mean in mutirao-java beside it.
setlocal
set "jar=%~dp0..\lib\master.jar"
if not exist "%jar%" set "jar=%~dp0..\master\target\master.jar"
if not exist "%jar%" goto no_jar
set "home=%JAVA_HOME%"
set "java="
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if defined JAVA_HOME if not exist "%java%" goto no_java_there
rem Only what is on the PATH: Windows itself would first take one from the folder where this is called.
for %%j in (java.exe java.cmd java.bat) do if not defined java if not "%%~$PATH:j"=="" set "java=%%~$PATH:j"
if not defined java goto no_java
for %%j in ("%java%") do if not defined home set "home=%%~dpj.."
if not defined MUTIRAO_CACHE set "MUTIRAO_CACHE=%LOCALAPPDATA%\mutirao"
set archive=-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%MUTIRAO_CACHE%\master.jsa"
rem Java 17 and 18 can't keep an archive fresh by themselves, and start slower when one is named that is not there.
if not exist "%home%\release" set "archive="
findstr /r /c:"JAVA_VERSION=.1[78]" "%home%\release" >nul 2>nul && set "archive="
if "%MUTIRAO_CACHE%"=="off" set "archive="
if defined archive if not exist "%MUTIRAO_CACHE%" mkdir "%MUTIRAO_CACHE%" 2>nul
"%java%" -XX:+IgnoreUnrecognizedVMOptions -Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC %archive% "-Dmutirao.command=%~n0" %MUTIRAO_JAVA_OPTS% -jar "%jar%" %*
exit /b %errorlevel%

rem Not in brackets: a folder's name may have some, like "mutirao (1)".
:no_jar
echo master.jar is neither in "%~dp0..\lib" nor in "%~dp0..\master\target"; build it first: mvn -DskipTests package 1>&2
exit /b 1
:no_java_there
echo JAVA_HOME is "%JAVA_HOME%", but there is no bin\java.exe in it; install Java 17 or newer, or unset JAVA_HOME 1>&2
exit /b 1
:no_java
echo There is no java on the PATH; install Java 17 or newer, or set JAVA_HOME 1>&2
exit /b 1
