"""The packaged product on emulated AWS: CloudFormation, CloudFront, API Gateway, Lambda, queues, schedules.

Nothing of infra/local serves here. `make test-stack` runs these tests; plain `make test` leaves them out.
"""
