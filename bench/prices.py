"""What AWS asks for, as data: us-east-1, on demand, without the free tier, in US dollars.

From the price pages https://aws.amazon.com/<service>/pricing/ as of 2025 (DynamoDB's on-demand
prices are those since November 2024). Check them before you rely on a sum.
"""

MILLION = 1e6
READ_UNIT = 0.125 / MILLION
WRITE_UNIT = 0.625 / MILLION
S3_PUT = 5.0 / MILLION
"""PUT and LIST."""
S3_GET = 0.4 / MILLION
GB_SECOND = 13.3334 / MILLION
"""Lambda on arm64."""
LAMBDA_REQUEST = 0.2 / MILLION
TRANSITION = 25.0 / MILLION
"""Step Functions, Standard."""
KMS_REQUEST = 3.0 / MILLION
HTTP_API_REQUEST = 1.0 / MILLION
SQS_REQUEST = 0.4 / MILLION
