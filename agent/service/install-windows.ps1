# Registers the agent as a task that starts with the PC, without anybody logged in, and is started again when it ends.
# Run once, as administrator:  .\install-windows.ps1 -Agent C:\PrintLab\printlab-agent.exe -Config C:\PrintLab\agent.toml -User LAB\printlab
# The user needs "log on as a batch job" and access to the share: give the share as \\server\PrintLab, since
# drive letters belong to sessions.
param(
    [Parameter(Mandatory)] [string] $Agent,
    [Parameter(Mandatory)] [string] $Config,
    [Parameter(Mandatory)] [string] $User
)
$ErrorActionPreference = 'Stop'
$credential = Get-Credential -UserName $User -Message 'The password of the user that the agent runs as'
$action = New-ScheduledTaskAction -Execute $Agent -Argument "run --config `"$Config`""
$trigger = New-ScheduledTaskTrigger -AtStartup
$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
    -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable
Register-ScheduledTask -TaskName 'PrintLab agent' -Action $action -Trigger $trigger -Settings $settings `
    -User $User -Password $credential.GetNetworkCredential().Password -Force | Out-Null
Start-ScheduledTask -TaskName 'PrintLab agent'
