@echo off
rem Starts the console. Everything after it goes to the program.
rem JAVA_HOME, MUTIRAO_JAVA_OPTS and MUTIRAO_CACHE mean what they mean in mutirao-java beside it.
setlocal
set "jar=%~dp0..\lib\console.jar"
if not exist "%jar%" set "jar=%~dp0..\console\target\console.jar"
if not exist "%jar%" (
  echo console.jar is neither in %~dp0..\lib nor in %~dp0..\console\target; build it first: mvn -DskipTests package 1>&2
  exit /b 1
)
set "home=%JAVA_HOME%"
if not defined home for /f "delims=" %%j in ('where java 2^>nul') do if not defined home set "home=%%~dpj.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not defined MUTIRAO_CACHE set "MUTIRAO_CACHE=%LOCALAPPDATA%\mutirao"
set archive=-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%MUTIRAO_CACHE%\console.jsa"
rem Java 17 and 18 can't keep an archive fresh by themselves, and start slower when one is named that is not there.
if not exist "%home%\release" set "archive="
findstr /r /c:"JAVA_VERSION=.1[78]" "%home%\release" >nul 2>nul && set "archive="
if "%MUTIRAO_CACHE%"=="off" set "archive="
if defined archive if not exist "%MUTIRAO_CACHE%" mkdir "%MUTIRAO_CACHE%" 2>nul
"%java%" -XX:+IgnoreUnrecognizedVMOptions -Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC %archive% "-Dmutirao.command=%~n0" %MUTIRAO_JAVA_OPTS% -jar "%jar%" %*
