@echo off
rem Makes Windows open print3d:// links with the printlab-opener.exe beside this file.
rem   register.bat            for the person who is logged in
rem   register.bat /machine   for everybody on this PC; needs an administrator
rem   register.bat /remove [/machine]
rem It asks nothing, so it can be deployed; exit code 0 when it is done.
setlocal
set "ROOT=HKCU"
set "REMOVE="
:options
if "%~1"=="" goto ready
if /i "%~1"=="/machine" (set "ROOT=HKLM") else if /i "%~1"=="/remove" (set "REMOVE=1") else goto usage
shift
goto options

:ready
set "KEY=%ROOT%\Software\Classes\print3d"
set "OPENER=%~dp0printlab-opener.exe"
if defined REMOVE goto remove
if not exist "%OPENER%" (
  echo There is no "%OPENER%". Keep register.bat beside it.
  exit /b 2
)
reg add "%KEY%" /ve /t REG_SZ /d "URL:PrintLab slicer opener" /f >nul || exit /b 1
reg add "%KEY%" /v "URL Protocol" /t REG_SZ /d "" /f >nul || exit /b 1
reg add "%KEY%\DefaultIcon" /ve /t REG_SZ /d "\"%OPENER%\",0" /f >nul || exit /b 1
reg add "%KEY%\shell\open\command" /ve /t REG_SZ /d "\"%OPENER%\" \"%%1\"" /f >nul || exit /b 1
echo print3d:// links open with "%OPENER%".
exit /b 0

:remove
reg delete "%KEY%" /f >nul 2>&1
reg query "%KEY%" >nul 2>&1 && exit /b 1
echo print3d:// links are no longer opened.
exit /b 0

:usage
echo Usage: register.bat [/machine] [/remove]
exit /b 2
