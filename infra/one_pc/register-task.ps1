# PrintLab on one Windows PC: registers the scheduled task that runs it from the start of the PC on, with nobody
# logged in. In an administrator's PowerShell, once: .\register-task.ps1 -User 'LAB-PC\printlab'. docs/one-pc.md
param(
    [Parameter(Mandatory)] [string] $User,
    [string] $Product = 'C:\PrintLab',
    [string] $Data = 'C:\ProgramData\PrintLab',
    [string] $Settings = 'C:\ProgramData\PrintLab\printlab.env'
)
$ErrorActionPreference = 'Stop'
# Asked for here and kept by Windows: on a command line everybody could read it.
$account = Get-Credential -UserName $User -Message 'The account that PrintLab runs as'
$action = New-ScheduledTaskAction -Execute "$Product\.venv\Scripts\python.exe" -WorkingDirectory $Product `
    -Argument "-m infra.local --settings `"$Settings`" --data `"$Data`" --port 8080 --empty"
$settings_ = New-ScheduledTaskSettingsSet -ExecutionTimeLimit 0 -RestartCount 999 `
    -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew -AllowStartIfOnBatteries `
    -DontStopIfGoingOnBatteries -StartWhenAvailable
Register-ScheduledTask -TaskName 'PrintLab' -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) `
    -Settings $settings_ -User $account.UserName -Password $account.GetNetworkCredential().Password -Force | Out-Null
Start-ScheduledTask -TaskName 'PrintLab'
Get-ScheduledTask -TaskName 'PrintLab' | Get-ScheduledTaskInfo
