"""The embedded local cloud: `python -m infra.local` runs all of PrintLab on one machine.

The same `app.py`, the same `infra/template.yaml` and the same pages as on AWS; what AWS provides is here

    cloud.py       the processes behind the next two

    emulator.py    S3, DynamoDB, SQS (ministack in a process of its own, with state that survives a kill)
    dynamodb_local.py   DynamoDB in AWS's own local edition, for DURABLE=1
    provision.py   CloudFormation: tables, bucket and queues from infra/template.yaml
    gateway.py     CloudFront and API Gateway: pages, API and files on one origin
    pump.py        the queue triggers of Lambda
    scheduler.py   EventBridge's schedules
    mailbox.py     a mail server whose mails can be read in the browser
"""
